"""The free form: talks onto minutes of a grid and rooms, with everything that a chair can wish.

``schedule.solve.solve`` is the door; ``presets`` make a start, ``minimal`` plans anew after a change,
``explain`` and ``collide`` say why. The truth about what is forbidden stays with ``schedule.clashes``.
"""
