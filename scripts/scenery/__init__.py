"""A small software renderer and the scenes of the demo pictures. numpy and Pillow only, no assets."""
