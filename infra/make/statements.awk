# Turns queries.sql files into C: one struct pg_statement for each "-- name:" block.
#
#   awk -v part=header|source -f statements.awk common/modules/*/queries.sql [stages/…/queries.sql]
#
# A later file may define a name again: it replaces the earlier text, which is how a stage brings a
# better statement without touching the module. Comment lines are dropped, the final ";" too.
function flush_block() {
    if (name == "") return
    sub(/[ \n]*;?[ \n]*$/, "", body)
    if (body == "") { printf "%s: statement '%s' is empty\n", file, name > "/dev/stderr"; failed = 1; exit 1 }
    if (!(name in text)) order[++count] = name
    text[name] = body
    name = ""; body = ""
}
FNR == 1 { flush_block(); file = FILENAME }
/^-- name: / {
    flush_block()
    name = $3
    if (name !~ /^[a-z][a-z0-9_]*$/) { printf "%s:%d: bad statement name '%s'\n", FILENAME, FNR, name > "/dev/stderr"; failed = 1; exit 1 }
    if ((FILENAME, name) in seen) { printf "%s:%d: statement '%s' is there twice\n", FILENAME, FNR, name > "/dev/stderr"; failed = 1; exit 1 }
    seen[FILENAME, name] = 1
    next
}
/^[ \t]*--/ { next }
/^[ \t]*$/ { next }
{
    if (name == "") { printf "%s:%d: SQL before the first '-- name:' line\n", FILENAME, FNR > "/dev/stderr"; failed = 1; exit 1 }
    line = $0
    gsub(/\\/, "\\\\", line); gsub(/"/, "\\\"", line)
    sub(/^[ \t]+/, "", line); sub(/[ \t]+$/, "", line)
    body = body (body == "" ? "" : " ") line
}
END {
    if (failed) exit 1
    flush_block()
    print "/* Made by infra/make/statements.awk from queries.sql files. */"
    if (part == "header") {
        print "#ifndef STAGECRAFT_STATEMENTS_H\n#define STAGECRAFT_STATEMENTS_H\n\n#include \"common/pg/pg.h\"\n"
        for (i = 1; i <= count; i++) printf "extern const struct pg_statement %s_sql;\n", order[i]
        print "\n#endif"
    } else {
        print "#include \"common/app/generated.h\"\n#include \"statements.h\"\n"
        for (i = 1; i <= count; i++)
            printf "const struct pg_statement %s_sql = {\"%s\", \"%s\", %d};\n", order[i], order[i], text[order[i]], i - 1
        print "\nconst struct pg_statement *const statements_all[] = {"
        for (i = 1; i <= count; i++) printf "    &%s_sql,\n", order[i]
        printf "};\nconst int statements_count = %d;\n", count
    }
}
