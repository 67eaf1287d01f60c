package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.Arrays;

/**
 * Lower bounds: the fewest domains of each level that can hold a gang, whatever else is wished: no k domains have more room than the
 * k largest. And whether a way to fill a domain reaches them.
 *
 * <p>Complexity: the domains of a level inside another, sorted by room.
 */
final class FewestDomains {

    private final GangLayout layout;
    private final RoomCounts counts;
    private int[] rooms = new int[64];
    private int found;

    FewestDomains(GangLayout layout, RoomCounts counts) {
        this.layout = layout;
        this.counts = counts;
    }

    /** The fewest domains (at the depth of hosts: hosts) of a depth inside a domain that have room for so many pods together. */
    int fewest(ClusterDomain domain, int depth, int pods) {
        if (depth <= domain.depth()) {
            return 1;
        }
        if (depth == layout.hostDepth() && layout.shape().podsPerHost() == 1) {
            return pods;
        }
        gather(domain, depth);
        Arrays.sort(rooms, 0, found);
        int domains = 0;
        for (long held = 0; held < pods && domains < found; domains++) {
            held += rooms[found - 1 - domains];
        }
        return domains;
    }

    /** The least room that so many of the domains gathered last have together. */
    private long leastRoom(int domains) {
        long room = 0;
        for (int index = 0; index < domains; index++) {
            room += rooms[index];
        }
        return room;
    }

    private void gather(ClusterDomain domain, int depth) {
        found = 0;
        gatherBelow(domain, depth);
    }

    private void gatherBelow(ClusterDomain domain, int depth) {
        if (counts.room(domain) == 0) {
            return;
        }
        if (domain.depth() == depth) {
            note(counts.room(domain));
            return;
        }
        for (ClusterDomain child : domain.children()) {
            gatherBelow(child, depth);
        }
        for (ClusterHost host : domain.hosts()) {
            if (counts.room(host) > 0) {
                note(counts.room(host));
            }
        }
    }

    private void note(int room) {
        if (found == rooms.length) {
            rooms = Arrays.copyOf(rooms, 2 * found);
        }
        rooms[found++] = room;
    }

    /** The least that a gang could cost in a domain. Levels below domains that each have a host to themselves count alike. */
    long bound(ClusterDomain domain, int pods, PackingCost cost) {
        long bound = 0;
        int deepest = layout.shape().podsPerHost() == 1 ? layout.innermost() : layout.hostDepth();
        for (int depth = Math.max(cost.firstCounted(), domain.depth() + 1); depth <= deepest; depth++) {
            bound += cost.domains(depth, fewest(domain, depth, pods));
        }
        return deepest == layout.hostDepth() ? bound : bound + cost.domains(layout.hostDepth(), pods);
    }

    /** What a way to fill a domain costs. */
    long cost(ClusterDomain fit, Takes takes, PackingCost cost) {
        int[] domains = takes.used(cost, layout.innermost(), counts).domains();
        long total = 0;
        for (int depth = fit.depth() + 1; depth <= layout.innermost(); depth++) {
            total += cost.domains(depth, domains[depth]);
        }
        return total + cost.domains(layout.hostDepth(), hosts(fit, takes));
    }

    private int hosts(ClusterDomain domain, Takes takes) {
        int pods = takes.of(domain);
        if (pods == 0 || layout.shape().podsPerHost() == 1) {
            return pods;
        }
        if (domain.children().isEmpty()) {
            return HostPacking.hosts(new HostPacking(domain, counts).costs(pods)[pods]);
        }
        int hosts = 0;
        for (ClusterDomain child : domain.children()) {
            hosts += hosts(child, takes);
        }
        return hosts;
    }

    /** Whether no way to fill a domain uses fewer domains on any counted level or leaves less room over in them. */
    boolean isBest(ClusterDomain fit, Takes takes, int pods, PackingCost cost) {
        Takes.Used used = takes.used(cost, layout.innermost(), counts);
        for (int depth = fit.depth() + 1; depth <= layout.innermost(); depth++) {
            int least = fewest(fit, depth, pods);
            boolean tightest = used.room()[depth] <= Math.max(pods, leastRoom(least));
            if (used.domains()[depth] > least || !tightest) {
                return false;
            }
        }
        return layout.shape().podsPerHost() == 1 || hosts(fit, takes) == fewest(fit, layout.hostDepth(), pods);
    }
}
