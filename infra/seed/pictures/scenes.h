/* The scenes, by what they show. Each fills the canvas; which of them suit which category is in
 * pictures.c.
 */
#ifndef STAGECRAFT_SEED_SCENES_H
#define STAGECRAFT_SEED_SCENES_H

#include "infra/seed/pictures/mood.h"
#include "infra/seed/pictures/path.h"

typedef void scene_fn(struct canvas *canvas, const struct take *take);

/* scenes_nature.c */
scene_fn scene_mountains, scene_forest_path, scene_waterfall, scene_night_sky;

/* scenes_water.c */
scene_fn scene_lake, scene_sails, scene_harbour, scene_canal;

/* scenes_city.c */
scene_fn scene_skyline, scene_old_town, scene_bridge, scene_night_street;

/* scenes_trips.c */
scene_fn scene_railway, scene_lighthouse, scene_castle, scene_village;

/* scenes_table.c */
scene_fn scene_cooking, scene_bakery, scene_spices, scene_wine, scene_coffee, scene_vineyard;

#endif
