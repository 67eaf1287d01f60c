package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Distributes pods over the innermost domains of a tree at the least cost.
 *
 * <p>Goals: the fewest domains of the first counted level, among those the fewest of the next, and so on down to hosts; then the
 * least room left over; then the least room broken up; then names. Slices hold.
 *
 * <p>Constraints: all pods are alike. From each domain the gang has a multiple of its granule.
 *
 * <p>Algorithm: the costs of separate domains add up and are compared digit by digit, so the best choice for a domain is made
 * of best choices for its children. From the leaves up, each domain gets a table: for each number of pods that it can take,
 * the least cost. A domain's table combines those of its children one after the other, like a knapsack that must be filled
 * exactly; numbers that break a granule are dropped; then using the domain at all costs its own digit. Tables of innermost
 * domains come from {@link HostPacking}.
 *
 * <p>Example: blocks b1 with racks of 4 and 4 free hosts and b2 with racks of 3, 3 and 2, a gang of 8, blocks counted first.
 * Each block holds it, one digit each. b1 fills two racks, b2 three: b1 is chosen.
 *
 * <p>Complexity: for each domain, the sum over its children of (its table's length x the child's). {@link #steps} tells it
 * beforehand. The tree knapsack is folklore; see Cho and Shaw, "A depth-first dynamic programming algorithm for the tree
 * knapsack problem" (1997).
 */
final class ExactPacking {

    /** The least costs of a domain by the number of pods that it takes. */
    private record Table(
            ClusterDomain domain,
            int[] amounts,
            long[] costs,
            long[] ties,
            List<Table> children,
            List<int[]> choices) {}

    private final GangLayout layout;
    private final RoomCounts counts;
    private final PackingCost cost;
    private final int pods;
    private final Table table;

    /** @param pods the most that are to be taken from the domain */
    ExactPacking(GangLayout layout, RoomCounts counts, PackingCost cost, ClusterDomain domain, int pods) {
        this.layout = layout;
        this.counts = counts;
        this.cost = cost;
        this.pods = pods;
        this.table = table(domain);
    }

    /** How much work it would be, in table entries visited; stops counting past a limit. */
    static long steps(GangLayout layout, RoomCounts counts, ClusterDomain domain, int pods, long limit) {
        long own = 1L + Math.min(pods, counts.room(domain));
        long steps = own;
        if (domain.children().isEmpty() && layout.shape().podsPerHost() > 1) {
            steps += own * domain.hosts().size();
        }
        for (ClusterDomain child : domain.children()) {
            int room = Math.min(pods, counts.room(child));
            if (room > 0 && steps < limit) {
                int granule = layout.granule(child.depth());
                steps += (own / granule + 1) * (room / granule + 1) + steps(layout, counts, child, pods, limit);
            }
        }
        return steps;
    }

    /** The cost of taking that many pods; empty when it cannot be. Comparable between domains of one depth. */
    OptionalLong cost(int taken) {
        int entry = Arrays.binarySearch(table.amounts, taken);
        return entry < 0 ? OptionalLong.empty() : OptionalLong.of(table.costs[entry]);
    }

    /** What decides between domains of one depth with equal costs. */
    long tie(int taken) {
        return table.ties[Arrays.binarySearch(table.amounts, taken)];
    }

    /** Notes from which innermost domains that many pods come; there must be a cost for it. */
    void collect(int taken, Takes takes) {
        collect(table, taken, takes);
    }

    private static void collect(Table table, int taken, Takes takes) {
        if (taken == 0) {
            return;
        }
        if (table.children.isEmpty()) {
            takes.add(table.domain, taken);
            return;
        }
        int left = taken;
        for (int child = table.children.size() - 1; child >= 0; child--) {
            int part = table.choices.get(child)[left];
            collect(table.children.get(child), part, takes);
            left -= part;
        }
    }

    private Table table(ClusterDomain domain) {
        return domain.children().isEmpty() ? leaf(domain) : combined(domain);
    }

    private Table leaf(ClusterDomain domain) {
        int most = Math.min(pods, counts.room(domain));
        long[] costs = new HostPacking(domain, counts).costs(most);
        long[] ties = new long[most + 1];
        int hostDepth = layout.hostDepth();
        for (int taken = 0; taken <= most; taken++) {
            if (costs[taken] != HostPacking.IMPOSSIBLE) {
                ties[taken] = cost.leftover(hostDepth, taken + HostPacking.leftover(costs[taken]));
                costs[taken] = cost.domains(hostDepth, HostPacking.hosts(costs[taken]));
            }
        }
        return finished(domain, costs, ties, List.of(), List.of());
    }

    private Table combined(ClusterDomain domain) {
        int limit = Math.min(pods, counts.room(domain));
        long[] costs = new long[limit + 1];
        long[] ties = new long[limit + 1];
        Arrays.fill(costs, Long.MAX_VALUE);
        costs[0] = 0;
        List<Table> children = new ArrayList<>();
        List<int[]> choices = new ArrayList<>();
        int reached = 0;
        for (ClusterDomain child : domain.children()) {
            if (counts.room(child) == 0) {
                continue;
            }
            Table inner = table(child);
            int most = inner.amounts[inner.amounts.length - 1];
            int next = Math.min(limit, reached + most);
            choices.add(addChild(costs, ties, inner, reached, next));
            children.add(inner);
            reached = next;
        }
        return finished(domain, costs, ties, children, choices);
    }

    /** Combines the table so far with that of one more child, in place; answers by total what the child adds to it. */
    private static int[] addChild(long[] costs, long[] ties, Table child, int reached, int next) {
        int[] choice = new int[next + 1];
        long[] before = Arrays.copyOf(costs, reached + 1);
        long[] tiesBefore = Arrays.copyOf(ties, reached + 1);
        Arrays.fill(costs, 0, next + 1, Long.MAX_VALUE);
        for (int entry = 0; entry < child.amounts.length; entry++) {
            int amount = child.amounts[entry];
            int last = Math.min(reached, next - amount);
            for (int rest = 0; rest <= last; rest++) {
                if (before[rest] == Long.MAX_VALUE) {
                    continue;
                }
                long total = before[rest] + child.costs[entry];
                long tie = tiesBefore[rest] + child.ties[entry];
                int at = rest + amount;
                if (total < costs[at] || (total == costs[at] && tie < ties[at])) {
                    costs[at] = total;
                    ties[at] = tie;
                    choice[at] = amount;
                }
            }
        }
        return choice;
    }

    /** Drops what breaks a granule or cannot be, and adds what using the domain costs. */
    private Table finished(ClusterDomain domain, long[] costs, long[] ties, List<Table> children, List<int[]> choices) {
        int depth = domain.depth();
        int granule = layout.granule(depth);
        int room = counts.pods(domain);
        int[] amounts = new int[costs.length];
        int entries = 0;
        for (int taken = 0; taken < costs.length; taken++) {
            if (costs[taken] == Long.MAX_VALUE || taken % granule != 0) {
                continue;
            }
            boolean used = taken > 0;
            costs[entries] = costs[taken] + (used ? cost.domains(depth, 1) : 0);
            ties[entries] = ties[taken]
                    + (used ? cost.between(depth) + cost.leftover(depth, room) + cost.fragments(room, taken) : 0);
            amounts[entries] = taken;
            entries++;
        }
        return new Table(
                domain,
                Arrays.copyOf(amounts, entries),
                Arrays.copyOf(costs, entries),
                Arrays.copyOf(ties, entries),
                children,
                choices);
    }
}
