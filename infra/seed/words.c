/* The vocabulary is small, its combinations many: twelve categories of eight nouns, thirty places
 * and twenty-four qualities give some seventy thousand titles, enough that a text search finds some
 * and not all.
 */
#include "infra/seed/words.h"

#include <stdio.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define NOUNS(...) (const char *const[]){__VA_ARGS__}, 8

const struct word_category word_categories[] = {
    {"city-tours", "City tours",
     NOUNS("walking tour", "old town tour", "night walk", "bus tour", "rooftop tour",
           "architecture walk", "market tour", "ghost walk"),
     1200, 6500},
    {"boats", "Boats and water",
     NOUNS("harbour tour", "kayak tour", "sailing trip", "canal cruise", "paddle tour",
           "river cruise", "island ferry", "rafting trip"),
     1900, 14900},
    {"cooking", "Cooking classes",
     NOUNS("cooking class", "bread workshop", "pasta class", "sushi class", "pastry class",
           "curry class", "tapas class", "cheese workshop"),
     3900, 15900},
    {"crafts", "Crafts and workshops",
     NOUNS("pottery class", "weaving workshop", "print workshop", "ceramics course",
           "jewellery class", "woodwork class", "glass workshop", "leather course"),
     2900, 18900},
    {"museums", "Museums",
     NOUNS("museum ticket", "gallery visit", "museum night", "curator tour",
           "science museum ticket", "maritime museum ticket", "castle ticket", "palace ticket"),
     800, 3500},
    {"concerts", "Concerts and stage",
     NOUNS("chamber concert", "jazz evening", "opera night", "choir concert", "comedy night",
           "theatre ticket", "organ recital", "folk evening"),
     1500, 12900},
    {"nature", "Nature and hiking",
     NOUNS("mountain hike", "forest walk", "bird walk", "cave tour", "sunrise hike",
           "waterfall trip", "wildlife tour", "star walk"),
     1500, 9900},
    {"wine", "Food and wine",
     NOUNS("wine tasting", "brewery tour", "coffee tasting", "street food tour", "distillery visit",
           "vineyard day", "chocolate tasting", "olive oil tasting"),
     2500, 11900},
    {"sports", "Sports",
     NOUNS("climbing course", "surf lesson", "golf lesson", "yoga morning", "cycling tour",
           "skating class", "diving course", "tennis lesson"),
     2000, 13900},
    {"family", "Family days",
     NOUNS("zoo ticket", "puppet theatre", "farm visit", "aquarium ticket", "theme park ticket",
           "planetarium show", "treasure hunt", "magic show"),
     900, 5900},
    {"day-trips", "Day trips",
     NOUNS("day trip", "castle trip", "coast trip", "railway trip", "lake trip", "village trip",
           "monastery trip", "border trip"),
     3500, 16900},
    {"photography", "Photography",
     NOUNS("photo walk", "portrait workshop", "darkroom course", "night photo tour", "drone course",
           "street photo class", "landscape workshop", "studio session"),
     3200, 17900},
};
const int word_category_count = COUNT(word_categories);

static const char *const qualities[] = {
    "Sunset",        "Private",     "Classic",    "Hidden",    "Grand",   "Family",
    "Early morning", "Small group", "Winter",     "Summer",    "Guided",  "Secret",
    "Historic",      "Gentle",      "Wild",       "Candlelit", "Weekend", "Royal",
    "Coastal",       "Urban",       "Beginner's", "Expert",    "Slow",    "Golden hour",
};
static const char *const places[] = {
    "Lisbon",  "Porto",    "Hamburg",  "Bergen",  "Ghent",     "Kraków",    "Tallinn", "Ljubljana",
    "Seville", "Valencia", "Bologna",  "Trieste", "Marseille", "Nantes",    "Galway",  "Edinburgh",
    "Utrecht", "Malmö",    "Turku",    "Riga",    "Basel",     "Graz",      "Brno",    "Pécs",
    "Split",   "Corfu",    "Valletta", "Zürich",  "Aarhus",    "Reykjavík",
};
static const char *const first_names[] = {
    "Ada",     "Alan",      "Barbara", "Bjarne",  "Claude", "Dana",  "Dennis",   "Edsger",
    "Emmy",    "Frances",   "Grace",   "Hedy",    "Ivan",   "Jean",  "Joan",     "John",
    "Karen",   "Katherine", "Ken",     "Leslie",  "Lin",    "Lynn",  "Margaret", "Mary",
    "Niklaus", "Noor",      "Olga",    "Radia",   "Rosa",   "Shafi", "Sophie",   "Susan",
    "Tim",     "Tony",      "Vera",    "Wangari", "Wei",    "Yann",  "Yasmin",   "Zofia",
};
static const char *const last_names[] = {
    "Almeida",  "Bauer",    "Bianchi", "Brown",  "Castro",   "Chen",    "Dubois",  "Eriksen",
    "Fischer",  "Garcia",   "Haas",    "Hansen", "Horvat",   "Ivanova", "Jansen",  "Keller",
    "Kowalski", "Lefevre",  "Lopez",   "Marino", "Meyer",    "Murphy",  "Nagy",    "Novak",
    "Okafor",   "Oliveira", "Petrov",  "Popa",   "Rossi",    "Santos",  "Schmidt", "Silva",
    "Singh",    "Smit",     "Taylor",  "Tamm",   "Virtanen", "Weber",   "Yilmaz",  "Zimmer",
};
static const char *const promises[] = {
    "with a local guide",   "all equipment included",   "in small groups",
    "rain or shine",        "with a drink at the end",  "for all ages",
    "no experience needed", "with tickets at the door", "with time for questions",
    "step by step",
};
static const char *const sentences[] = {
    "We meet a quarter of an hour before the start and leave on time.",
    "The group stays small, so that everybody can see and ask.",
    "Wear shoes that you can stand in for a while.",
    "Our guides live here and have done this for years.",
    "There is a pause half way, with something warm in winter and something cold in summer.",
    "You can bring children; they like the second half best.",
    "Photographs are welcome, flash is not.",
    "If the weather turns we change the route, not the day.",
    "Everything you need is there; bring curiosity.",
    "The last part is a surprise, and we keep it that way.",
};

#define PICK(random, array) ((array)[random_below((random), (uint32_t)COUNT(array))])

const char *word_first_name(struct random *random)
{
    return PICK(random, first_names);
}

const char *word_last_name(struct random *random)
{
    return PICK(random, last_names);
}

void word_title(struct random *random, const struct word_category *category, char *out, size_t size)
{
    const char *quality = PICK(random, qualities);
    const char *noun = category->nouns[random_below(random, (uint32_t)category->noun_count)];
    snprintf(out, size, "%s %s in %s", quality, noun, PICK(random, places));
}

void word_summary(struct random *random, char *out, size_t size)
{
    static const char *const lengths[] = {"One hour",   "Two hours",  "Three hours",
                                          "Half a day", "A full day", "An evening"};
    const char *length = PICK(random, lengths);
    const uint32_t first = random_below(random, COUNT(promises));
    const uint32_t second =
        (first + 1 + random_below(random, COUNT(promises) - 1)) % COUNT(promises);
    snprintf(out, size, "%s, %s, %s.", length, promises[first], promises[second]);
}

void word_description(struct random *random, const char *title, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s.", title);
    const int count = (int)random_between(random, 3, 5);
    const uint32_t start = random_below(random, (uint32_t)COUNT(sentences));
    for (int i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, " %s",
                                 sentences[(start + (uint32_t)i * 3) % (uint32_t)COUNT(sentences)]);
}
