package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A random cluster of at most a dozen hosts and questions about it that can be answered by trying everything. */
final class SmallCluster {

    static final ResourceVector POD = ResourceVector.of(2, 0, 0);
    private static final List<String> NAMES = List.of("zone", "block", "rack");

    final ClusterSnapshot snapshot;
    final List<HostSpec> hosts = new ArrayList<>();
    final List<String> levels;

    SmallCluster(RandomGenerator random) {
        levels = NAMES.subList(0, random.nextInt(0, 4));
        snapshot = new ClusterSnapshot(levels);
        int count = random.nextInt(1, 13);
        for (int number = 1; number <= count; number++) {
            List<String> path = new ArrayList<>();
            for (String level : levels) {
                path.add(level.charAt(0) + "" + random.nextInt(1, 4));
            }
            HostSpec host = new HostSpec(
                    "h" + number,
                    path,
                    ResourceVector.of(random.nextInt(1, 5), 0, 0),
                    random.nextInt(4) == 0 ? Optional.of("other") : Optional.of("usual"),
                    Collections.emptySortedMap());
            hosts.add(host);
            snapshot.putHost(host);
            if (random.nextInt(4) == 0) {
                snapshot.allocate(host.name(), ResourceVector.of(1, 0, 0));
            }
            if (random.nextInt(6) == 0) {
                snapshot.exclude(host.name(), Optional.of(Exclusion.CORDONED));
            }
        }
    }

    GangRequest request(RandomGenerator random) {
        int granule = 1;
        List<SliceSpec> slices = new ArrayList<>();
        int depth = random.nextInt(0, levels.size() + 1);
        for (int nested = random.nextInt(0, 3); nested > 0 && depth < levels.size(); nested--) {
            int size = random.nextInt(1, 4);
            granule *= size;
            List<SliceSpec> outer = new ArrayList<>();
            for (SliceSpec slice : slices) {
                outer.add(new SliceSpec(slice.size() * size, slice.within()));
            }
            outer.add(new SliceSpec(size, levels.get(depth)));
            slices = outer;
            depth += random.nextInt(0, 2);
        }
        int hosts = granule * random.nextInt(1, Math.max(2, 9 / granule));
        int least = random.nextInt(3) == 0 ? random.nextInt(1, hosts + 1) : hosts;
        TopologySpec topology = new TopologySpec(level(random), level(random), slices, Spread.PACKED);
        return gang(
                hosts,
                least,
                random.nextInt(3) == 0 ? random.nextInt(3) : 0,
                random.nextBoolean(),
                POD,
                random.nextInt(3) == 0 ? Optional.of("usual") : Optional.empty(),
                topology,
                Collections.emptySortedSet());
    }

    /** One pod on each of its hosts, as job files ask for. */
    static GangRequest gang(
            int hosts,
            int minHosts,
            int spares,
            boolean sparesOptional,
            ResourceVector perHost,
            Optional<String> acceleratorType,
            TopologySpec topology,
            SortedSet<String> avoidHosts) {
        return new GangRequest(
                hosts,
                minHosts,
                perHost,
                1,
                Optional.empty(),
                spares,
                sparesOptional,
                acceleratorType,
                Collections.emptySortedMap(),
                topology,
                avoidHosts);
    }

    private Optional<String> level(RandomGenerator random) {
        return levels.isEmpty() || random.nextBoolean()
                ? Optional.empty()
                : Optional.of(levels.get(random.nextInt(levels.size())));
    }

    /** The hosts that a pod of a request can use now. */
    List<HostSpec> free(GangRequest request) {
        List<HostSpec> free = new ArrayList<>();
        for (HostSpec host : hosts) {
            boolean inUse = snapshot.host(host.name()).orElseThrow().isInUse();
            long room = host.capacity().amount(ResourceVector.ACCELERATORS) - (inUse ? 1 : 0);
            boolean excluded =
                    snapshot.host(host.name()).orElseThrow().exclusion().isPresent();
            boolean rightType = request.acceleratorType().isEmpty()
                    || request.acceleratorType().equals(host.acceleratorType());
            if (room >= 2 && !excluded && rightType && !request.avoidHosts().contains(host.name())) {
                free.add(host);
            }
        }
        return free;
    }

    /** Every subset of some hosts. */
    static void subsets(List<HostSpec> hosts, Consumer<List<HostSpec>> visitor) {
        for (int bits = 0; bits < 1 << hosts.size(); bits++) {
            List<HostSpec> subset = new ArrayList<>();
            for (int index = 0; index < hosts.size(); index++) {
                if ((bits & (1 << index)) != 0) {
                    subset.add(hosts.get(index));
                }
            }
            visitor.accept(subset);
        }
    }

    int depth(String level) {
        return level.equals("host") ? levels.size() + 1 : levels.indexOf(level) + 1;
    }

    int required(GangRequest request) {
        return request.topology().required().map(this::depth).orElse(0);
    }

    /** Whether these hosts can be the gang: within one required domain, and with whole slices in each domain of their level. */
    boolean isValid(List<HostSpec> gang, GangRequest request) {
        if (domains(gang, required(request)) > 1) {
            return false;
        }
        for (SliceSpec slice : request.topology().slices()) {
            for (HostSpec host : gang) {
                String domain = domain(host, depth(slice.within()));
                long inside = gang.stream()
                        .filter(other -> domain(other, depth(slice.within())).equals(domain))
                        .count();
                if (inside % slice.size() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    static String domain(HostSpec host, int depth) {
        return String.join("/", host.path().subList(0, depth));
    }

    static int domains(List<HostSpec> gang, int depth) {
        return (int) gang.stream().map(host -> domain(host, depth)).distinct().count();
    }

    List<HostSpec> byName(List<String> names) {
        return names.stream()
                .map(name -> hosts.stream()
                        .filter(host -> host.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }
}
