"""Caption pairs: what the teacher reads in English and the student in its language."""
