"""What every other package stands on: types, errors, files, paths, languages."""
