from tomclip.ui.layout import page_header

page_header("x", "y")
