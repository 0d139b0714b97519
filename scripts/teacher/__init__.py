"""The embedded teacher: its network, texts, pictures and training; `train_teacher.py` runs them."""
