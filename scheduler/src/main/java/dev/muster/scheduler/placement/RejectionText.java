package dev.muster.scheduler.placement;

import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.topology.Levels;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Says rejections to people, each in one line. */
final class RejectionText {

    private RejectionText() {}

    static String impossible(GangLayout layout, Levels levels, String best, long required, long available) {
        String where = layout.required() == 0
                ? "the whole cluster, empty, has room for " + available
                : "the largest, " + best + ", empty, has room for " + available;
        return needs(layout, levels, required) + "; " + where + ", " + (required - available)
                + " short; it can never start here";
    }

    static String notNow(
            GangLayout layout,
            Levels levels,
            String best,
            long required,
            long available,
            SortedMap<String, Integer> excluded,
            Remedy helps) {
        String where = layout.required() == 0 ? "the cluster has room for " : best + " has the most room, for ";
        return needs(layout, levels, required) + "; " + where + available + ", " + (required - available) + " short"
                + exclusions(excluded) + outlook(helps);
    }

    static String capacity(
            GangLayout layout, long required, long available, SortedMap<String, Integer> excluded, Remedy helps) {
        return "needs " + hosts(layout, required) + "; " + available + (available == 1 ? " is" : " are")
                + " free in the cluster, " + (required - available) + " short" + exclusions(excluded) + outlook(helps);
    }

    private static String needs(GangLayout layout, Levels levels, long required) {
        StringBuilder text = new StringBuilder("needs ").append(hosts(layout, required));
        if (layout.required() > 0) {
            text.append(" within one ").append(levels.nameOf(layout.required()));
        }
        for (SliceSpec slice : layout.request().topology().slices()) {
            text.append(", in slices of ")
                    .append(slice.size())
                    .append(" within one ")
                    .append(slice.within());
        }
        return text.toString();
    }

    private static String hosts(GangLayout layout, long required) {
        GangRequest request = layout.request();
        String unit = request.podsPerHost() == 1 ? " host" : " pod";
        StringBuilder text = new StringBuilder().append(required).append(unit).append(required == 1 ? "" : "s");
        request.acceleratorType().ifPresent(type -> text.append(" with ").append(type));
        if (!request.sparesOptional() && request.spares() > 0) {
            text.append(" (").append(request.spares()).append(request.spares() == 1 ? " spare)" : " spares)");
        }
        return text.toString();
    }

    private static String exclusions(SortedMap<String, Integer> excluded) {
        if (excluded.isEmpty()) {
            return "";
        }
        List<String> causes = new ArrayList<>();
        excluded.forEach((cause, hosts) -> causes.add(hosts + " " + cause));
        return "; not counted: " + String.join(", ", causes);
    }

    private static String outlook(Remedy helps) {
        return switch (helps) {
            case WAIT -> "; it starts when enough of them are free";
            case PREEMPTION -> "; preemption can make room";
            case NOTHING -> "; it cannot start before hosts come back";
        };
    }
}
