# shellcheck shell=bash
# Holds a server to a share of a core, so that "one server is not enough" can be measured on a machine with two.
#
# CPU_PERCENT=25 make up gives each instance of the shop a quarter of a core and no more, however idle the rest of
# the machine is: a control group of its own with a quota, 2.5 ms in each 10 ms. (Short periods, because a process
# that has used up its quota stands still until the next begins; with the usual 100 ms every tail would be that
# pause. Below 10 % they are longer: the kernel has no quota under 1 ms.) The kernel counts all threads of the process. Both versions of control groups are understood; making a
# group needs root, or on version 2 a delegated subtree. Where neither is to be had, the stack says so and stops.
#
# Interface: share_check, share_make, share_join, share_remove; launch and terminate (process.sh) call them.

SHARE_PERIOD_US=10000 SHARE_QUOTA_US=1000 # at least

share_check() {
    [[ -z $1 || ($1 =~ ^[0-9]+$ && $1 -ge 2 && $1 -le 400) ]] ||
        fail "CPU_PERCENT is '$1': give the per cent of a core each instance may use, from 2 to 400"
}

# The folder of the cpu controller we may make groups in: version 1's own mount, else our own group of version 2.
share_root() {
    if [[ -e /sys/fs/cgroup/cpu/cpu.cfs_quota_us || -e /sys/fs/cgroup/cpu/cgroup.procs ]]; then
        printf /sys/fs/cgroup/cpu
    elif [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        local group
        group=$(sed -n 's/^0:://p' /proc/self/cgroup)
        printf '/sys/fs/cgroup%s' "${group%/}"
    fi
}

# One group for each server of each stack.
share_group() { printf '%s/stagecraft-%s-%s' "$(share_root)" "$(cksum <<<"$RUN" | cut -d ' ' -f 1)" "$1"; }

# share_make NAME PERCENT: its group, with the quota.
share_make() {
    local group period=$SHARE_PERIOD_US quota
    if ((period * $2 / 100 < SHARE_QUOTA_US)); then period=$(((SHARE_QUOTA_US * 100 + $2 - 1) / $2)); fi
    quota=$((period * $2 / 100))
    group=$(share_group "$1")
    {
        if [[ -e $(share_root)/cgroup.subtree_control ]]; then echo +cpu >"$(share_root)/cgroup.subtree_control"; fi
        mkdir -p "$group" &&
            if [[ -e $group/cpu.max ]]; then
                echo "$quota $period" >"$group/cpu.max"
            else
                # the period must never be smaller than a quota that was set before
                echo -1 >"$group/cpu.cfs_quota_us" && echo "$period" >"$group/cpu.cfs_period_us" &&
                    echo "$quota" >"$group/cpu.cfs_quota_us"
            fi
    } 2>/dev/null || {
        complain "CPU_PERCENT=$2 needs a control group for $1, and $(id -nu) cannot make one in $(share_root)" \
            "run this as root, or without CPU_PERCENT"
        return 1
    }
}

# share_join NAME: the calling process, and what it will start.
share_join() { echo "$BASHPID" >"$(share_group "$1")/cgroup.procs"; }

share_remove() { rmdir "$(share_group "$1")" 2>/dev/null || true; }
