# Prints the targets that carry a "## text", grouped under the "##@ Heading" above them.
BEGIN { print "usage: make TARGET [STAGE=01]" }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-z][a-z-]*:.*## / {
    target = $0; sub(/:.*/, "", target)
    text = $0; sub(/.*## /, "", text)
    printf "  %-12s %s\n", target, text
}
