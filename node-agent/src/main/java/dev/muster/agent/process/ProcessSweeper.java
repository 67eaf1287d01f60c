package dev.muster.agent.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Finds the processes of a {@link ProcessTree} and ends them.
 *
 * <p>No process is signalled by its number alone: its start time is compared just before, here and once more inside
 * {@link ProcessHandle}. Killing needs no new process, so it works when none can be started any more.
 */
public final class ProcessSweeper {
    private static final long FORK_NANOS = Duration.ofMillis(50).toNanos();

    private final ProcessTable table = new ProcessTable();
    private final long self = ProcessHandle.current().pid();

    /** Every process of the tree that has not died; never the agent itself. */
    public List<ProcessEntry> living(ProcessTree tree) throws IOException {
        List<ProcessEntry> all = table.living();
        Map<Long, ProcessEntry> byPid = new HashMap<>();
        all.forEach(entry -> byPid.put(entry.pid(), entry));
        Set<Long> members = new HashSet<>();
        Set<Long> strangers = new HashSet<>();
        strangers.add(self);
        List<ProcessEntry> found = new ArrayList<>();
        for (ProcessEntry entry : all) {
            if (belongs(entry, tree, byPid, members, strangers)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Kills what lives of the tree and returns it; empty means that there was nothing left. */
    public List<ProcessEntry> kill(ProcessTree tree) throws IOException {
        List<ProcessEntry> living = living(tree);
        living.forEach(entry -> withHandle(entry, ProcessHandle::destroyForcibly));
        return living;
    }

    /** Asks every process of the tree to end (TERM) and returns them. */
    public List<ProcessEntry> terminate(ProcessTree tree) throws IOException {
        List<ProcessEntry> living = living(tree);
        living.forEach(entry -> withHandle(entry, ProcessHandle::destroy));
        return living;
    }

    /**
     * The processes of the tree that have a handler for the signal. Only they may get it: the others, such as a shell
     * around the trainer, would die of it.
     *
     * <p>Looks twice: a process that was just forked shows its parent's handlers until it becomes another program.
     */
    public List<ProcessEntry> catchers(ProcessTree tree, Signal signal) throws IOException {
        List<ProcessEntry> first = living(tree).stream()
                .filter(entry -> table.catches(entry.pid(), signal))
                .toList();
        LockSupport.parkNanos(FORK_NANOS);
        return first.stream()
                .filter(this::isStillThere)
                .filter(entry -> table.catches(entry.pid(), signal))
                .toList();
    }

    /** The process with this number now, as a leader of its session. */
    ProcessTree.SessionLeader leader(long pid) {
        // A process that has already ended has no start time to read: then its session is empty or found by token.
        long startTicks = table.read(pid).map(ProcessEntry::startTicks).orElse(Long.MAX_VALUE);
        return new ProcessTree.SessionLeader(pid, startTicks, Long.MAX_VALUE);
    }

    /** Now, in the ticks of {@link ProcessEntry#startTicks()}. */
    static long nowTicks(long bootNanos) {
        return bootNanos / 10_000_000L;
    }

    private boolean belongs(
            ProcessEntry entry,
            ProcessTree tree,
            Map<Long, ProcessEntry> byPid,
            Set<Long> members,
            Set<Long> strangers) {
        if (members.contains(entry.pid())) {
            return true;
        }
        if (!strangers.add(entry.pid())) {
            return false;
        }
        ProcessEntry parent = byPid.get(entry.parent());
        boolean member = tree.leaders().stream().anyMatch(leader -> leader.leads(entry))
                || table.carries(entry.pid(), tree.tokenPrefix())
                || (parent != null && belongs(parent, tree, byPid, members, strangers));
        if (member) {
            strangers.remove(entry.pid());
            members.add(entry.pid());
        }
        return member;
    }

    private void withHandle(ProcessEntry entry, Consumer<ProcessHandle> action) {
        ProcessHandle.of(entry.pid()).filter(handle -> isStillThere(entry)).ifPresent(action);
    }

    private boolean isStillThere(ProcessEntry entry) {
        return table.read(entry.pid())
                .filter(now -> now.startTicks() == entry.startTicks())
                .isPresent();
    }
}
