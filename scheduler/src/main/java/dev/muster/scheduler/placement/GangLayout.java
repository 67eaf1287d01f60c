package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.topology.Levels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request with the names of its levels turned into depths of the tree.
 *
 * @param shape how its hosts are counted
 * @param required the depth of the domains that it never spans; 0 when it may span the cluster
 * @param counted the first depth at which the domains it uses are to be few; every deeper one follows
 * @param anywhere whether it has no wish at all about where it runs
 */
record GangLayout(GangRequest request, GangShape shape, int required, int counted, boolean anywhere) {

    /** What is wrong with a request in this cluster; empty when {@link #of} can be called. */
    static Optional<String> problem(GangRequest request, Levels levels) {
        TopologySpec topology = request.topology();
        if (request.pods() < 1 || request.minPods() < 1 || request.minPods() > request.pods()) {
            return Optional.of("asks for " + request.minPods() + " to " + request.pods()
                    + " hosts; give at least 1, and minHosts not above hosts");
        }
        Optional<String> unknown = unknownLevel(topology, levels);
        if (unknown.isPresent()) {
            return Optional.of("names the level " + unknown.get() + "; this cluster has "
                    + (levels.names().isEmpty() ? "none" : String.join(", ", levels.names())));
        }
        boolean onOneHost = topology.required().filter(Levels.HOST::equals).isPresent();
        if (onOneHost && request.leastHeld() > 1) {
            return Optional.of("asks for " + request.leastHeld() + " different hosts within one host");
        }
        return sliceProblem(request, levels);
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
            int depth = depth(slice.within(), levels);
            if (slice.size() < 1 || outer % slice.size() != 0) {
                return Optional.of("has slices of " + slice.size() + ", which do not divide " + outer);
            }
            if (depth > levels.innermost() && slice.size() > 1) {
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
        int innermost = levels.innermost();
        int required = topology.required()
                .map(level -> Math.min(innermost, depth(level, levels)))
                .orElse(0);
        Optional<String> near = topology.preferred()
                .or(topology::required)
                .or(() -> topology.slices().stream().map(SliceSpec::within).findFirst());
        int counted =
                near.map(level -> Math.min(innermost, depth(level, levels))).orElse(0);
        GangShape shape =
                new GangShape(request.perPod(), request.acceleratorType(), granules(topology.slices(), levels));
        return new GangLayout(request, shape, required, Math.max(counted, required), near.isEmpty());
    }

    /** By depth: the outermost slice that lies at that depth or deeper, because domains there are filled with whole ones. */
    private static List<Integer> granules(List<SliceSpec> slices, Levels levels) {
        List<Integer> granules = new ArrayList<>();
        for (int depth = 0; depth <= levels.innermost(); depth++) {
            int granule = 1;
            for (int index = slices.size() - 1; index >= 0; index--) {
                if (depth(slices.get(index).within(), levels) >= depth) {
                    granule = slices.get(index).size();
                }
            }
            granules.add(granule);
        }
        return granules;
    }

    private static int depth(String level, Levels levels) {
        OptionalInt depth = levels.depthOf(level);
        return depth.isPresent() ? depth.getAsInt() : 0;
    }

    int granule(int depth) {
        return shape.granules().get(depth);
    }

    /** The deepest depth of the tree's domains. */
    int innermost() {
        return shape.granules().size() - 1;
    }

    /** Whether slices begin between two depths, so that what lies at the inner one cannot be chosen freely. */
    boolean hasSlicesBetween(int outer, int inner) {
        return granule(outer) != granule(inner);
    }
}
