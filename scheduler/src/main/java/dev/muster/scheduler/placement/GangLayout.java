package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.topology.Levels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request with the names of its levels turned into depths of the tree; hosts are the deepest.
 *
 * @param shape how its pods are counted
 * @param required the depth of the domains that it never spans; 0 when it may span the cluster
 * @param counted the first depth at which the domains it uses are to be few; every deeper one follows
 * @param anywhere whether it has no wish at all about where it runs
 */
record GangLayout(GangRequest request, GangShape shape, int required, int counted, boolean anywhere) {

    /** What is wrong with a request in this cluster; empty when {@link #of} can be called. */
    static Optional<String> problem(GangRequest request, Levels levels) {
        TopologySpec topology = request.topology();
        if (request.pods() < 1 || request.minPods() < 1 || request.minPods() > request.pods()) {
            return Optional.of("asks for " + request.minPods() + " to " + request.pods() + " " + word(request)
                    + "; give at least 1, and not more at the least than at the most");
        }
        if (request.perPod().isZero() || request.podsPerHost() < 1) {
            return Optional.of("asks for pods that take nothing; give at least one resource");
        }
        Optional<String> unknown = unknownLevel(topology, levels);
        if (unknown.isPresent()) {
            return Optional.of("names the level " + unknown.get() + "; this cluster has "
                    + (levels.names().isEmpty() ? "none" : String.join(", ", levels.names())) + " and "
                    + Levels.HOST);
        }
        boolean onOneHost = topology.required().filter(Levels.HOST::equals).isPresent();
        if (onOneHost && request.leastHeld() > request.podsPerHost()) {
            return Optional.of("asks for " + request.leastHeld() + " different hosts within one host");
        }
        return sliceProblem(request, levels);
    }

    private static String word(GangRequest request) {
        return request.podsPerHost() == 1 ? "hosts" : "pods";
    }

    private static Optional<String> unknownLevel(TopologySpec topology, Levels levels) {
        List<String> named = new ArrayList<>();
        topology.required().ifPresent(named::add);
        topology.preferred().ifPresent(named::add);
        topology.slices().forEach(slice -> named.add(slice.within()));
        return named.stream().filter(level -> levels.depthOf(level).isEmpty()).findFirst();
    }

    private static Optional<String> sliceProblem(GangRequest request, Levels levels) {
        int outer = request.pods();
        int outerDepth = 0;
        for (SliceSpec slice : request.topology().slices()) {
            int depth = levels.depthOf(slice.within()).orElseThrow();
            if (slice.size() < 1 || outer % slice.size() != 0) {
                return Optional.of("has slices of " + slice.size() + ", which do not divide " + outer);
            }
            if (depth > levels.innermost() && slice.size() > request.podsPerHost()) {
                return Optional.of("has slices of " + slice.size() + " different hosts within one host");
            }
            if (depth < outerDepth) {
                return Optional.of("has slices within " + slice.within()
                        + ", which lies outside the level of the slices around them; order them outermost first");
            }
            outer = slice.size();
            outerDepth = depth;
        }
        return Optional.empty();
    }

    static GangLayout of(GangRequest request, Levels levels) {
        TopologySpec topology = request.topology();
        int required = topology.required()
                .map(level -> levels.depthOf(level).orElseThrow())
                .orElse(0);
        Optional<String> near = topology.preferred()
                .or(topology::required)
                .or(() -> topology.slices().stream().map(SliceSpec::within).findFirst());
        int counted = near.map(level -> levels.depthOf(level).orElseThrow()).orElse(0);
        GangShape shape = new GangShape(
                request.perPod(),
                request.podsPerHost(),
                request.acceleratorType(),
                request.nodeSelector(),
                granules(topology.slices(), levels));
        return new GangLayout(request, shape, required, Math.max(counted, required), near.isEmpty());
    }

    /** By depth: the outermost slice that lies at that depth or deeper, because domains there are filled with whole ones. */
    private static List<Integer> granules(List<SliceSpec> slices, Levels levels) {
        List<Integer> granules = new ArrayList<>();
        for (int depth = 0; depth <= levels.innermost() + 1; depth++) {
            int granule = 1;
            for (int index = slices.size() - 1; index >= 0; index--) {
                if (levels.depthOf(slices.get(index).within()).orElseThrow() >= depth) {
                    granule = slices.get(index).size();
                }
            }
            granules.add(granule);
        }
        return granules;
    }

    int granule(int depth) {
        return shape.granules().get(depth);
    }

    /** The depth of hosts. */
    int hostDepth() {
        return shape.granules().size() - 1;
    }

    /** The deepest depth of domains that hold hosts. */
    int innermost() {
        return hostDepth() - 1;
    }

    /** Whether all of it must share one host. */
    boolean onOneHost() {
        return required == hostDepth();
    }

    /** Whether slices begin between two depths, so that what lies at the inner one cannot be chosen freely. */
    boolean hasSlicesBetween(int outer, int inner) {
        return granule(outer) != granule(inner);
    }

    /** The same, filling domains one after the other. */
    GangLayout withPackedSpread() {
        TopologySpec wish = request.topology();
        TopologySpec packed = new TopologySpec(wish.required(), wish.preferred(), wish.slices(), Spread.PACKED);
        return new GangLayout(request.withTopology(packed), shape, required, counted, anywhere);
    }

    /** The spares without which it does not start. */
    int firmSpares() {
        return request.sparesOptional() ? 0 : request.spares();
    }
}
