"""The Encoders page: published models, directories and files of vectors brought into the studio.

Its entry is `tomclip.ui.encoders.page.show`; what all pages offer is `added.known_encoders`.
"""
