"""Stands in for PySide6.QtOpenGLWidgets: pyqtgraph derives a class from this one, and makes none of them here."""

from PySide6.QtWidgets import QWidget

QOpenGLWidget = QWidget
