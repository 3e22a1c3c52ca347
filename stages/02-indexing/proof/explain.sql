-- What `make explain STAGE=02` asks: a statement's name, in which case, and its parameters. The large data set.

-- explain: users_search_prefix / a narrow prefix
('shopper-77777%', 0, 21)

-- explain: users_search_prefix / a wide prefix
('shopper-9%', 0, 21)

-- explain: users_search_prefix / a wide prefix, deep inside
('shopper-9%', 950000, 21)

-- explain: bookings_list_user / a user's bookings
(19410, '1970-01-01', '9999-12-31', '1970-01-01', 0, 21)

-- explain: bookings_list_product / a product, 60 days
(34164, (current_date - 30), (current_date + 30), '1970-01-01', 0, 21)

-- explain: bookings_list_user_product / a user's bookings of a product
(19410, 34164, '1970-01-01', '9999-12-31', '1970-01-01', 0, 21)

-- explain: bookings_list_all / a day
((current_date - 100), (current_date - 100), '1970-01-01', 0, 21)

-- explain: bookings_list_all / 60 days, deep inside
((current_date - 60), current_date, (current_date - 20), 0, 101)

-- explain: catalog_list_newest_desc / first page
(NULL, NULL, NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_newest_desc / a category
('crafts', NULL, NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_price_asc / a category by price
('crafts', NULL, NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_price_asc / a category by price, deep inside
('crafts', NULL, NULL, NULL, 6000, 50000, 21)

-- explain: catalog_list_rating_desc / a price range by rating
(NULL, NULL, 5000, 6000, NULL, 0, 21)

-- explain: catalog_list_newest_desc / a frequent word
(NULL, '%workshop%', NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_newest_desc / a rare word
(NULL, '%weaving workshop in Aarhus%', NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_newest_desc / a word nobody uses
(NULL, '%nothing of this%', NULL, NULL, NULL, 0, 21)

-- explain: catalog_list_newest_desc / two letters nobody uses
(NULL, '%qx%', NULL, NULL, NULL, 0, 21)

-- explain: catalog_featured / home page, now in catalog_shelves
(8)

-- explain: catalog_newest / home page, now in catalog_shelves
(8)

-- explain: catalog_shelves / home page
(8, '{101,2021,30041,40061,50081,60101,70121,80141}')

-- explain: catalog_categories_counted / home page and categories
(100)

-- explain: bookings_best_sellers / home page
((extract(epoch FROM now() - interval '30 days') * 1000)::bigint, 8)

-- explain: orders_history / a user with many orders
(19410, 9223372036854775807, 21)

-- explain: orders_lines_many / a page of orders
('{1200000,1200007,1200014,1200021,1200028,1200035,1200042,1200049,1200056,1200063,1200070,1200077,1200084,1200091,1200098,1200105,1200112,1200119,1200126,1200133}')

-- explain: bookings_sweep_window / one round after a start
(0, 10000)
