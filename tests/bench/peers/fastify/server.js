// The two hottest reads of the shop as a good team would write them with Fastify and node-postgres: the shop's
// own statements, prepared (a name makes node-postgres prepare once per connection), rows as arrays, answers
// through a response schema (Fastify compiles it), one pool, no logging, and one process per core allowed.
// What does not depend on each other is asked at once.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import pg from 'pg';

const { PORT, PROCESSES = '1', POOL = '16', STATEMENTS, CURRENCY = 'EUR' } = process.env;
const HOME_PRODUCTS = 8;
const CATEGORIES_MAX = 100;
const BEST_SELLER_MS = 30 * 24 * 3600 * 1000;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const statements = JSON.parse(readFileSync(STATEMENTS, 'utf8'));
const pool = new pg.Pool({ max: Number(POOL) });

async function rows(name, values) {
  const answer = await pool.query({ name, text: statements[name], values, rowMode: 'array' });
  return answer.rows;
}

const instant = (ms) => new Date(ms).toISOString();

function picture(key) {
  if (key === null) return null;
  return { small: `/v1/pictures/${key}/small.jpg`, medium: `/v1/pictures/${key}/medium.jpg`, large: `/v1/pictures/${key}/large.jpg` };
}

function product(row) {
  return {
    id: row[0], category: row[1], title: row[2], summary: row[3], description: row[4], picture: picture(row[13]), price_cents: row[5],
    currency: CURRENCY, rating: row[6] / 10, rating_count: row[7], featured: row[8], active: row[9],
    version: row[10], created_at: instant(row[11]), updated_at: instant(row[12]),
  };
}

async function find(id) {
  const found = await rows('catalog_find', [id]);
  return found.length > 0 && found[0][9] ? product(found[0]) : null;
}

async function shelf(name) {
  return (await rows(name, [HOME_PRODUCTS])).map(product);
}

async function bestSellers() {
  const ids = await rows('bookings_best_sellers', [Date.now() - BEST_SELLER_MS, HOME_PRODUCTS]);
  return (await Promise.all(ids.map(([id]) => find(id)))).filter((one) => one !== null);
}

async function categories() {
  const found = await rows('catalog_categories', [CATEGORIES_MAX]);
  return Promise.all(found.map(async ([id, slug, name]) => {
    const [[count]] = await rows('catalog_count', [slug]);
    return { id, slug, name, product_count: count };
  }));
}

const number = { type: 'number' }, integer = { type: 'integer' }, text = { type: 'string' }, flag = { type: 'boolean' };
const object = (properties) => ({ type: 'object', properties });
const list = (items) => ({ type: 'array', items });
const pictureSchema = { ...object({ small: text, medium: text, large: text }), nullable: true };
const productSchema = object({
  id: integer, category: text, title: text, summary: text, description: text, picture: pictureSchema, price_cents: integer, currency: text,
  rating: number, rating_count: integer, featured: flag, active: flag, version: integer, created_at: text, updated_at: text,
});
const categorySchema = object({ id: integer, slug: text, name: text, product_count: integer });
const homeSchema = object({
  featured: list(productSchema), newest: list(productSchema), best_sellers: list(productSchema),
  categories: list(categorySchema),
});

function serve() {
  const app = Fastify({ logger: false });
  const parameters = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } } };

  app.get('/ready', async () => (await rows('catalog_categories', [1]), 'ready'));

  app.get('/v1/products/:id', { schema: { params: parameters, response: { 200: productSchema } } },
    async (request, reply) => {
      const one = await find(request.params.id);
      if (one === null) return reply.code(404).send({ title: 'Not found', status: 404 });
      reply.header('Cache-Control', 'public, max-age=0, must-revalidate').header('ETag', `"p${one.id}-v${one.version}"`);
      return one;
    });

  app.get('/v1/home', { schema: { response: { 200: homeSchema } } }, async (request, reply) => {
    const [featured, newest, best_sellers, all] = await Promise.all(
      [shelf('catalog_featured'), shelf('catalog_newest'), bestSellers(), categories()]);
    reply.header('Cache-Control', 'public, max-age=0, must-revalidate');
    return { featured, newest, best_sellers, categories: all };
  });

  return app.listen({ host: '127.0.0.1', port: Number(PORT) });
}

if (cluster.isPrimary && Number(PROCESSES) > 1) {
  for (let i = 0; i < Number(PROCESSES); i++) cluster.fork();
} else {
  await serve();
}
