package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a scenario expects of one job. */
final class JobExpectations {

    private final ScenarioWorld world;
    private final JudgedOutcome outcome;
    private final String name;
    private final Value job;
    private final List<Spot> spots;
    private final Map<String, Long> hosts = new TreeMap<>();

    JobExpectations(ScenarioWorld world, JudgedOutcome outcome, String name, Value job) {
        this.world = world;
        this.outcome = outcome;
        this.name = name;
        this.job = job;
        this.spots = JudgedOutcome.spots(job);
        spots.forEach(spot -> hosts.merge(spot.host(), 1L, Long::sum));
    }

    void check(Value expected) {
        expected.members().forEach(this::one);
    }

    private void one(String what, Value wanted) {
        switch (what) {
            case "state" -> state(wanted);
            case "hosts" -> need(hosts.equals(counts(wanted)), name + ": is on " + hosts + ", expected " + wanted);
            case "oneOf" ->
                need(
                        wanted.items().stream().anyMatch(choice -> hosts.equals(counts(choice))),
                        name + ": is on " + hosts + ", none of " + wanted);
            case "domainsUsed" -> domains(wanted, true);
            case "maxDomainsUsed" -> domains(wanted, false);
            case "within" -> within(wanted);
            case "notWithin" -> notWithin(wanted);
            case "maxRingEdges" -> ringEdges(wanted);
            case "sameHostsAs" -> sameHosts();
            case "reason" -> reason(wanted);
            case "startedAt", "startedBy", "startedAfter" -> started(what, wanted);
            case "maxEvictions" -> evictions(wanted.number());
            default -> throw new BrokenRule("unknown expectation " + what);
        }
    }

    private static Map<String, Long> counts(Value wanted) {
        Map<String, Long> counts = new TreeMap<>(wanted.numbers());
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    private String why() {
        Value reason = job.get("reason");
        return reason.isFilled() ? " (" + reason.get("code") + ": " + reason.get("text") + ")" : "";
    }

    private void state(Value wanted) {
        String state = job.get("state").text();
        need(
                wanted.asList().stream().anyMatch(one -> one.text().equals(state)),
                name + ": is " + state + ", expected " + wanted + why());
    }

    private void reason(Value wanted) {
        Optional<String> code = job.get("reason").get("code").textIfAny();
        need(
                wanted.asList().stream().anyMatch(one -> code.equals(Optional.of(one.text()))),
                name + ": waits for" + why() + ", expected " + wanted);
    }

    private void domains(Value wanted, boolean exactly) {
        wanted.numbers().forEach((level, most) -> {
            need(!spots.isEmpty(), name + ": is nowhere, so it uses no " + level + "s");
            Set<String> used = new LinkedHashSet<>();
            spots.forEach(spot -> used.add(world.domain(spot.host(), level)));
            need(
                    exactly ? used.size() == most : used.size() <= most,
                    name + ": uses " + used.size() + " " + level + "s, expected " + (exactly ? "" : "at most ") + most);
        });
    }

    private static List<String> plain(String level, Value domains) {
        return domains.asList().stream()
                .map(domain -> ScenarioWorld.plain(level, domain.text()))
                .toList();
    }

    private void within(Value wanted) {
        wanted.members().forEach((level, domains) -> {
            List<String> allowed = plain(level, domains);
            boolean inside = spots.stream().allMatch(spot -> allowed.contains(world.domain(spot.host(), level)));
            need(!spots.isEmpty() && inside, name + ": is not within " + level + " " + domains + ": " + hosts);
        });
    }

    private void notWithin(Value wanted) {
        wanted.members().forEach((level, domains) -> {
            List<String> forbidden = plain(level, domains);
            boolean inside = spots.stream().anyMatch(spot -> forbidden.contains(world.domain(spot.host(), level)));
            need(!inside, name + ": uses " + level + " " + domains + ": " + hosts);
        });
    }

    private void ringEdges(Value wanted) {
        List<Spot> ring = new ArrayList<>(spots);
        ring.sort(Comparator.comparingInt(Spot::rank));
        wanted.numbers().forEach((level, most) -> {
            int crossing = 0;
            for (int at = 1; at < ring.size(); at++) {
                String before = world.domain(ring.get(at - 1).host(), level);
                crossing += before.equals(world.domain(ring.get(at).host(), level)) ? 0 : 1;
            }
            need(crossing <= most, name + ": " + crossing + " ring edges cross " + level + "s, at most " + most);
        });
    }

    /** Ranks whose first hosts never failed are still there. */
    private void sameHosts() {
        Map<Integer, String> now = new TreeMap<>();
        spots.forEach(spot -> now.put(spot.rank(), spot.host()));
        for (Spot first : world.job(name).initialSpots()) {
            need(
                    world.everFailed(first.host()) || first.host().equals(now.get(first.rank())),
                    name + ": rank " + first.rank() + " left " + first.host() + " without need");
        }
    }

    private void started(String what, Value wanted) {
        Optional<Long> started = job.get("startedAt").numberIfAny();
        boolean kept = switch (what) {
            case "startedAt" -> started.equals(wanted.numberIfAny());
            case "startedBy" -> started.filter(at -> at <= wanted.number()).isPresent();
            default -> started.filter(at -> at < wanted.number()).isEmpty();
        };
        need(kept, name + ": started at " + job.get("startedAt") + ", expected " + what + " " + wanted + why());
    }

    private void evictions(long most) {
        long count = Math.max(job.get("evictions").numberOr(0), outcome.evictions(name));
        need(count <= most, name + ": was evicted " + count + " times, at most " + most);
    }
}
