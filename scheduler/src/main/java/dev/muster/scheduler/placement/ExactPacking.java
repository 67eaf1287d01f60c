package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Distributes hosts over the innermost domains of a tree at the least cost.
 *
 * <p>Goals: the fewest domains of the first counted level, among those the fewest of the next, and so on; then the
 * tightest fit; then names. Slices hold. Hosts that are kept where they are count as used.
 *
 * <p>Constraints: all hosts are alike and each is used once. From each domain the gang has a multiple of its granule.
 *
 * <p>Algorithm: the costs of separate domains add up and are compared digit by digit, so the best choice for a domain is made
 * of best choices for its children. From the leaves up, each domain gets a table: for each number of hosts that it can add,
 * the least cost. A domain's table combines those of its children one after the other, like a knapsack that must be filled
 * exactly; numbers that break a granule are dropped; then using the domain at all costs its own digit.
 *
 * <p>Example: blocks b1 with racks of 4 and 4 free hosts and b2 with racks of 3, 3 and 2, a gang of 8, blocks counted first.
 * Each block holds it, one digit each. b1 fills two racks, b2 three: b1 is chosen.
 *
 * <p>Complexity: for each domain, the sum over its children of (its table's length x the child's). {@link #steps} tells it
 * beforehand. The tree knapsack is folklore; see Cho and Shaw, "A depth-first dynamic programming algorithm for the tree
 * knapsack problem" (1997).
 */
final class ExactPacking {

    /** The least costs of a domain by the number of hosts that are added in it. */
    private record Table(
            ClusterDomain domain,
            int[] amounts,
            long[] costs,
            long[] ties,
            List<Table> children,
            List<int[]> choices) {}

    private final GangLayout layout;
    private final RoomCounts counts;
    private final Stock stock;
    private final PackingCost cost;
    private final int hosts;
    private final Table table;

    /** @param hosts the most that are to be added in the domain */
    ExactPacking(GangLayout layout, RoomCounts counts, Stock stock, PackingCost cost, ClusterDomain domain, int hosts) {
        this.layout = layout;
        this.counts = counts;
        this.stock = stock;
        this.cost = cost;
        this.hosts = hosts;
        this.table = table(domain);
    }

    /** How much work it would be, in table entries visited; stops counting past a limit. */
    static long steps(GangLayout layout, Stock stock, ClusterDomain domain, int hosts, long limit) {
        long steps = 1L + Math.min(hosts, stock.available(domain));
        long own = steps;
        for (ClusterDomain child : domain.children()) {
            int room = Math.min(hosts, stock.available(child));
            if (room > 0 && steps < limit) {
                int granule = layout.granule(child.depth());
                steps += (own / granule + 1) * (room / granule + 1) + steps(layout, stock, child, hosts, limit);
            }
        }
        return steps;
    }

    /** The cost of adding that many hosts; empty when it cannot be. Comparable between domains of one depth. */
    OptionalLong cost(int added) {
        int entry = Arrays.binarySearch(table.amounts, added);
        return entry < 0 ? OptionalLong.empty() : OptionalLong.of(table.costs[entry]);
    }

    /** From which innermost domains that many hosts come, in the order of the tree; empty when it cannot be. */
    Optional<List<Take>> takes(int added) {
        if (Arrays.binarySearch(table.amounts, added) < 0) {
            return Optional.empty();
        }
        List<Take> takes = new ArrayList<>();
        collect(table, added, takes);
        return Optional.of(takes);
    }

    private static void collect(Table table, int added, List<Take> takes) {
        if (added == 0) {
            return;
        }
        if (table.children.isEmpty()) {
            takes.add(new Take(table.domain, added));
            return;
        }
        int[] parts = new int[table.children.size()];
        int left = added;
        for (int child = parts.length - 1; child >= 0; child--) {
            parts[child] = table.choices.get(child)[left];
            left -= parts[child];
        }
        for (int child = 0; child < parts.length; child++) {
            collect(table.children.get(child), parts[child], takes);
        }
    }

    private Table table(ClusterDomain domain) {
        return domain.depth() == layout.innermost() ? leaf(domain) : combined(domain);
    }

    private Table leaf(ClusterDomain domain) {
        int most = Math.min(hosts, stock.available(domain));
        long[] costs = new long[most + 1];
        long[] ties = new long[most + 1];
        for (int added = 0; added <= most; added++) {
            costs[added] = cost.extra(Math.max(0, added - stock.preferred(domain)));
        }
        return finished(domain, costs, ties, List.of(), List.of());
    }

    private Table combined(ClusterDomain domain) {
        int limit = Math.min(hosts, stock.available(domain));
        long[] costs = new long[limit + 1];
        long[] ties = new long[limit + 1];
        Arrays.fill(costs, Long.MAX_VALUE);
        costs[0] = 0;
        List<Table> children = new ArrayList<>();
        List<int[]> choices = new ArrayList<>();
        int reached = 0;
        for (ClusterDomain child : domain.children()) {
            if (stock.available(child) == 0 && stock.kept(child) == 0) {
                continue;
            }
            Table inner = table(child);
            int most = inner.amounts.length == 0 ? 0 : inner.amounts[inner.amounts.length - 1];
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
        int granule = layout.granule(domain.depth());
        int kept = stock.kept(domain);
        int[] amounts = new int[costs.length];
        int entries = 0;
        for (int added = 0; added < costs.length; added++) {
            if (costs[added] == Long.MAX_VALUE || (kept + added) % granule != 0) {
                continue;
            }
            boolean entered = added > 0 && kept == 0;
            costs[entries] = costs[added] + (entered ? cost.domains(domain) : 0);
            ties[entries] = ties[added]
                    + (entered ? cost.between(domain) : 0)
                    + (added > 0 ? cost.leftover(domain, counts.hosts(domain)) : 0);
            amounts[entries] = added;
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
