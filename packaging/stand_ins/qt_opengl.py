"""Stands in for PySide6.QtOpenGL, which pyqtgraph imports and uses only where OpenGL is asked for. Here it never is,
and the real one weighs 9 MB.
"""
