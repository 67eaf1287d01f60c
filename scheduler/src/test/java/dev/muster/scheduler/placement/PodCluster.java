package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A handful of hosts that pods can share, so few that every way to place a gang can be tried. */
final class PodCluster {

    private static final List<String> NAMES = List.of("block", "rack");

    final List<String> levels;
    final ClusterSnapshot snapshot;
    final List<HostSpec> hosts = new ArrayList<>();
    final Map<String, ResourceVector> used = new TreeMap<>();

    PodCluster(RandomGenerator random) {
        levels = NAMES.subList(0, random.nextInt(0, 3));
        snapshot = new ClusterSnapshot(levels);
        int count = random.nextInt(1, 7);
        for (int number = 1; number <= count; number++) {
            List<String> path = new ArrayList<>();
            for (String level : levels) {
                path.add(level.charAt(0) + "" + random.nextInt(1, 3));
            }
            HostSpec host = new HostSpec(
                    "h" + number,
                    path,
                    amounts(random.nextInt(0, 5), random.nextInt(1, 7)),
                    Optional.empty(),
                    new TreeMap<>(Map.of("pool", random.nextInt(4) == 0 ? "old" : "new")));
            hosts.add(host);
            snapshot.putHost(host);
            use(host, random);
            if (random.nextInt(7) == 0) {
                snapshot.exclude(host.name(), Optional.of(Exclusion.CORDONED));
            }
        }
    }

    private void use(HostSpec host, RandomGenerator random) {
        ResourceVector busy = amounts(random.nextInt(0, 2), random.nextInt(0, 2));
        if (random.nextInt(3) == 0 && busy.fitsIn(host.capacity()) && !busy.isZero()) {
            snapshot.allocate(host.name(), busy);
            used.put(host.name(), busy);
        }
    }

    static ResourceVector amounts(long gpus, long cpus) {
        return new ResourceVector(new TreeMap<>(Map.of("gpu", gpus, "cpu", cpus)));
    }

    GangRequest request(RandomGenerator random) {
        List<SliceSpec> slices = new ArrayList<>();
        int granule = 1;
        int depth = random.nextInt(0, levels.size() + 1);
        for (int nested = random.nextInt(0, 3); nested > 0 && depth <= levels.size(); nested--) {
            int size = random.nextInt(1, 4);
            granule *= size;
            slices.replaceAll(slice -> new SliceSpec(slice.size() * size, slice.within()));
            slices.add(new SliceSpec(size, level(depth + 1)));
            depth += random.nextInt(0, 2);
        }
        int pods = granule * random.nextInt(1, Math.max(2, 9 / granule));
        int least = random.nextInt(4) == 0 ? random.nextInt(1, pods + 1) : pods;
        TopologySpec topology = new TopologySpec(anyLevel(random), anyLevel(random), slices, Spread.PACKED);
        return GangRequest.of(pods, amounts(random.nextInt(0, 3), random.nextInt(1, 3)))
                .withPods(pods, least)
                .withTopology(topology)
                .withNodeSelector(random.nextInt(4) == 0 ? new TreeMap<>(Map.of("pool", "new")) : new TreeMap<>());
    }

    private Optional<String> anyLevel(RandomGenerator random) {
        return random.nextBoolean() ? Optional.empty() : Optional.of(level(random.nextInt(1, levels.size() + 2)));
    }

    private String level(int depth) {
        return depth > levels.size() ? "host" : levels.get(depth - 1);
    }

    int depth(String level) {
        return level.equals("host") ? levels.size() + 1 : levels.indexOf(level) + 1;
    }

    int required(GangRequest request) {
        return request.topology().required().map(this::depth).orElse(0);
    }

    String domain(HostSpec host, int depth) {
        return depth > levels.size()
                ? host.name()
                : String.join("/", host.path().subList(0, depth));
    }

    /** Pods of a request for which a host has room now. */
    int room(HostSpec host, GangRequest request) {
        ClusterHost known = snapshot.host(host.name()).orElseThrow();
        if (known.exclusion().isPresent()
                || !host.labels().entrySet().containsAll(request.nodeSelector().entrySet())) {
            return 0;
        }
        ResourceVector free = free(host);
        int room = 0;
        while (request.perPod().times(room + 1L).fitsIn(free)) {
            room++;
        }
        return room;
    }

    ResourceVector free(HostSpec host) {
        return host.capacity().minusAtMost(used.getOrDefault(host.name(), ResourceVector.ZERO));
    }

    /** Every way to put pods on hosts, as a number for each host. */
    void choices(GangRequest request, Consumer<int[]> visitor) {
        int[] rooms = hosts.stream().mapToInt(host -> room(host, request)).toArray();
        choose(rooms, new int[rooms.length], 0, request.pods(), visitor);
    }

    private static void choose(int[] rooms, int[] parts, int at, int left, Consumer<int[]> visitor) {
        if (at == rooms.length) {
            visitor.accept(parts);
            return;
        }
        for (int part = 0; part <= Math.min(rooms[at], left); part++) {
            parts[at] = part;
            choose(rooms, parts, at + 1, left - part, visitor);
        }
        parts[at] = 0;
    }

    /** Pods by domain of a depth, of a choice. */
    Map<String, Integer> byDomain(int[] parts, int depth) {
        Map<String, Integer> pods = new TreeMap<>();
        for (int host = 0; host < parts.length; host++) {
            if (parts[host] > 0) {
                pods.merge(domain(hosts.get(host), depth), parts[host], Integer::sum);
            }
        }
        return pods;
    }

    boolean isValid(int[] parts, GangRequest request) {
        if (byDomain(parts, required(request)).size() > 1) {
            return false;
        }
        for (SliceSpec slice : request.topology().slices()) {
            for (int pods : byDomain(parts, depth(slice.within())).values()) {
                if (pods % slice.size() != 0) {
                    return false;
                }
            }
        }
        return hasSeat(parts, request);
    }

    private boolean hasSeat(int[] parts, GangRequest request) {
        if (request.leader().isEmpty()) {
            return true;
        }
        String scope = byDomain(parts, required(request)).keySet().iterator().next();
        for (int host = 0; host < parts.length; host++) {
            HostSpec spec = hosts.get(host);
            boolean usable =
                    snapshot.host(spec.name()).orElseThrow().exclusion().isEmpty()
                            && spec.labels()
                                    .entrySet()
                                    .containsAll(request.nodeSelector().entrySet());
            ResourceVector wanted =
                    request.perPod().times(parts[host]).plus(request.leader().get());
            if (usable && domain(spec, required(request)).equals(scope) && wanted.fitsIn(free(spec))) {
                return true;
            }
        }
        return false;
    }

    int[] parts(List<String> pods) {
        int[] parts = new int[hosts.size()];
        for (int host = 0; host < parts.length; host++) {
            String name = hosts.get(host).name();
            parts[host] = (int) pods.stream().filter(name::equals).count();
        }
        return parts;
    }
}
