"""ToMCLIP Studio: topological alignment of multilingual vision-language encoders."""

__version__ = "0.1.0"
