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

-- explain: catalog_featured / home page
(8)

-- explain: catalog_newest / home page
(8)

-- explain: catalog_count / home page, for each category
('crafts')

-- explain: bookings_best_sellers / home page
((extract(epoch FROM now() - interval '30 days') * 1000)::bigint, 8)

-- explain: orders_history / a user with many orders
(19410, 9223372036854775807, 21)

-- explain: bookings_sweep_window / one round after a start
(0, 10000)

-- explain: orders_receipt_window / one round after a start
(0, 10000)
