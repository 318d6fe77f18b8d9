"""What surfaces are made of; the shader knows each by its number."""

from enum import IntEnum


class Material(IntEnum):
    """How a surface answers light. Colours are linear albedo, 0 to 1."""

    PLAIN = 0
    CLOTH = 1  # woven, a little uneven
    PAINT = 2  # car paint: reflects the sky at a slant
    GLASS = 3  # dark, reflects the sky
    METAL = 4
    HEADLIGHT = 5  # shines by dusk and night
    TAILLIGHT = 6  # glows by dusk and night
    LAMP = 7  # a street lamp's or ceiling's panel: shines when lamps are on
    ASPHALT = 8
    PAVING = 9  # slabs of 0.6 m
    GRASS = 10
    CONCRETE = 11
    TILES = 12  # hall floor, 0.45 m, shiny
    MARKING = 13  # worn road paint
    BRICK = 14  # a wall, plain of windows
    FACADE = 15  # a wall with windows every 2.6 × 3.2 m, some of them lit at night
    PLASTER = 16
    FOLIAGE = 17
