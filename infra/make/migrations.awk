# Turns migration files into C: a table of struct pg_migration in the order given.
#
#   awk -f migrations.awk common/modules/*/migrations/*.sql [stages/…/migrations/*.sql]
#
# The module is the folder above migrations/, so "common/modules/catalog/migrations/001_schema.sql" is
# ("catalog", "001_schema.sql"). The text is kept as it is, comments too: its checksum is recorded.
FNR == 1 {
    if (count) printf "\"},\n"
    else print "/* Made by infra/make/migrations.awk from migration files. */\n#include \"common/app/generated.h\"\n\nconst struct pg_migration migrations_all[] = {"
    parts = split(FILENAME, path, "/")
    printf "    {\"%s\", \"%s\",\n     \"", path[parts - 2], path[parts]
    count++
}
{
    gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
    printf "%s\\n\"\n     \"", $0
}
END {
    if (!count) { print "no migration files" > "/dev/stderr"; exit 1 }
    printf "\"},\n};\nconst size_t migrations_count = %d;\n", count
}
