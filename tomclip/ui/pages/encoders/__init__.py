"""The Encoders page: published models, directories and files of vectors brought into the studio."""
