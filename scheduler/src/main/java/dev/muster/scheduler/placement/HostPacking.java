package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Distributes pods over the hosts of one innermost domain.
 *
 * <p>Goals: the fewest hosts; then the least room left over on them; then hosts in use rather than whole ones; then those with the
 * least room; then names.
 *
 * <p>Constraints: each host takes whole slices of its level.
 *
 * <p>Algorithm: where all hosts have equal room the fewest are as many as it takes, and the least harmful ones are chosen. Else a
 * knapsack that must be filled exactly: hosts one after the other, for each number of pods the least cost. Past
 * {@value #MOST_STEPS} steps the largest hosts are filled first and the last pods go where they fit most tightly: still the
 * fewest hosts, the room left over may then be more than need be.
 *
 * <p>Example: hosts with room for 3, 3, 2 and 1, seven pods. Three hosts are the fewest; 3+3+1 leaves nothing over.
 *
 * <p>Complexity: hosts, or hosts x pods x pods a host.
 */
final class HostPacking {

    private static final long MOST_STEPS = 50_000;
    private static final int HOST_SHIFT = 40;
    private static final int LEFTOVER_SHIFT = 16;
    static final long IMPOSSIBLE = Long.MAX_VALUE;

    private final RoomCounts counts;
    private final List<ClusterHost> hosts = new ArrayList<>();
    private int[] rooms;
    private boolean equalRooms = true;

    HostPacking(ClusterDomain innermost, RoomCounts counts) {
        this.counts = counts;
        int[] found = new int[innermost.hosts().size()];
        for (ClusterHost host : innermost.hosts()) {
            int room = counts.room(host);
            if (room > 0) {
                found[hosts.size()] = room;
                hosts.add(host);
                equalRooms &= room == found[0];
            }
        }
        rooms = Arrays.copyOf(found, hosts.size());
    }

    /** Hosts that so many pods need, as {@link #hosts(long)} of the answer, and what decides between equals below that. */
    long[] costs(int mostPods) {
        long[] costs = new long[mostPods + 1];
        if (equalRooms) {
            int each = rooms.length == 0 ? 1 : rooms[0];
            for (int pods = 0; pods <= mostPods; pods++) {
                int needed = (pods + each - 1) / each;
                costs[pods] = needed <= rooms.length ? cost(needed, needed * each - pods, 0) : IMPOSSIBLE;
            }
            return costs;
        }
        if (steps(mostPods) <= MOST_STEPS) {
            return new Table(mostPods).costs;
        }
        return prefixCosts(costs);
    }

    static int hosts(long cost) {
        return (int) (cost >>> HOST_SHIFT);
    }

    /** What decides between equally many hosts: the room left over on them, then how many were whole. */
    static int leftover(long cost) {
        return (int) (cost >>> LEFTOVER_SHIFT) & ((1 << (HOST_SHIFT - LEFTOVER_SHIFT)) - 1);
    }

    private static long cost(long hosts, long leftover, long whole) {
        return (hosts << HOST_SHIFT) + (leftover << LEFTOVER_SHIFT) + whole;
    }

    private long[] prefixCosts(long[] costs) {
        int[] sorted = rooms.clone();
        Arrays.sort(sorted);
        int used = 0;
        int held = 0;
        for (int pods = 0; pods < costs.length; pods++) {
            while (held < pods && used < sorted.length) {
                used++;
                held += sorted[sorted.length - used];
            }
            costs[pods] = held < pods ? IMPOSSIBLE : cost(used, 0, 0);
        }
        return costs;
    }

    /** Adds the hosts for so many pods, by name; the domain must hold them. */
    void take(int pods, List<HostTake> takes) {
        int[] parts = parts(pods);
        for (int index = 0; index < parts.length; index++) {
            if (parts[index] > 0) {
                takes.add(new HostTake(hosts.get(index), parts[index]));
            }
        }
    }

    private int[] parts(int pods) {
        long room = 0;
        for (int host : rooms) {
            room += host;
        }
        if (room == pods) {
            return rooms;
        }
        if (equalRooms) {
            return fill(harmOrder(), pods);
        }
        return steps(pods) <= MOST_STEPS ? new Table(pods).parts(pods) : fill(largestFirst(), pods);
    }

    private long steps(int pods) {
        long steps = 0;
        for (int room : rooms) {
            steps += (long) pods * room;
        }
        return steps;
    }

    /** The order in which hosts are offered: the least harmful first. */
    private Integer[] harmOrder() {
        Integer[] order = indexes();
        Arrays.sort(order, Comparator.comparing(hosts::get, ClusterHost.LEAST_HARM));
        return order;
    }

    private Integer[] largestFirst() {
        Integer[] order = harmOrder();
        Arrays.sort(order, Comparator.comparingInt((Integer index) -> -rooms[index]));
        return order;
    }

    private Integer[] indexes() {
        Integer[] order = new Integer[rooms.length];
        for (int index = 0; index < order.length; index++) {
            order[index] = index;
        }
        return order;
    }

    /** Fills hosts in an order; the last pods go to the host that they fit most tightly. */
    private int[] fill(Integer[] order, int pods) {
        int[] parts = new int[rooms.length];
        int left = pods;
        int next = 0;
        while (left > rooms[order[next]]) {
            parts[order[next]] = rooms[order[next]];
            left -= rooms[order[next]];
            next++;
        }
        int tightest = next;
        for (int later = next + 1; later < order.length; later++) {
            int room = rooms[order[later]];
            tightest = room >= left && room < rooms[order[tightest]] ? later : tightest;
        }
        parts[order[tightest]] = left;
        return parts;
    }

    /** The least costs by number of pods, and how they come about. */
    private final class Table {
        private final long[] costs;
        private final int[][] choices;
        private final Integer[] order = harmOrder();

        Table(int mostPods) {
            costs = new long[mostPods + 1];
            Arrays.fill(costs, IMPOSSIBLE);
            costs[0] = 0;
            choices = new int[rooms.length][];
            int reached = 0;
            for (int turn = 0; turn < order.length; turn++) {
                ClusterHost host = hosts.get(order[turn]);
                int next = Math.min(mostPods, reached + rooms[order[turn]]);
                choices[turn] = add(host, rooms[order[turn]], reached, next);
                reached = next;
            }
        }

        private int[] add(ClusterHost host, int room, int reached, int next) {
            int[] choice = new int[next + 1];
            int granule =
                    counts.shape().granules().get(counts.shape().granules().size() - 1);
            int whole = host.isInUse() ? 0 : 1;
            int spare = counts.pods(host);
            // From the most pods down, so that costs of fewer pods are still those without this host.
            for (int pods = next; pods > 0; pods--) {
                for (int part = granule; part <= room && part <= pods; part += granule) {
                    if (pods - part > reached || costs[pods - part] == IMPOSSIBLE) {
                        continue;
                    }
                    long total = costs[pods - part] + cost(1, (long) spare - part, whole);
                    if (total < costs[pods]) {
                        costs[pods] = total;
                        choice[pods] = part;
                    }
                }
            }
            return choice;
        }

        int[] parts(int pods) {
            int[] parts = new int[rooms.length];
            int left = pods;
            for (int turn = order.length - 1; turn >= 0; turn--) {
                int part = left < choices[turn].length ? choices[turn][left] : 0;
                parts[order[turn]] = part;
                left -= part;
            }
            return parts;
        }
    }
}
