package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds for a job that runs: its ranks, its topology, the hosts it may be on. */
final class RunningRules {

    private final ScenarioWorld world;
    private final JudgedOutcome outcome;

    RunningRules(ScenarioWorld world, JudgedOutcome outcome) {
        this.world = world;
        this.outcome = outcome;
    }

    void check(String name, Value job) {
        JudgedJob asked = world.job(name);
        List<Spot> spots = JudgedOutcome.spots(job);
        ranks(name, asked, spots);
        need(
                spots.size() < asked.ranks() || !job.get("reason").isFilled(),
                name + ": runs in full and still has a reason");
        spots.forEach(
                spot -> need(world.hosts.containsKey(spot.host()), name + ": is on the unknown host " + spot.host()));
        required(name, asked, spots);
        slices(name, asked, spots);
        hosts(name, asked, job, spots);
    }

    private static void ranks(String name, JudgedJob asked, List<Spot> spots) {
        Set<Integer> seen = new LinkedHashSet<>();
        spots.forEach(spot -> need(seen.add(spot.rank()), name + ": has rank " + spot.rank() + " twice"));
        need(List.copyOf(seen).equals(List.copyOf(new TreeSet<>(seen))), name + ": is not in rank order");
        need(
                asked.leastRanks() <= spots.size() && spots.size() <= asked.ranks(),
                name + ": runs with " + spots.size() + " pods, allowed " + asked.leastRanks() + " to " + asked.ranks());
        seen.forEach(
                rank -> need(0 <= rank && rank < asked.ranks(), name + ": has rank " + rank + " of " + asked.ranks()));
        need(!asked.hasLeader() || seen.contains(0), name + ": runs without its leader");
    }

    private void required(String name, JudgedJob asked, List<Spot> spots) {
        asked.topology().get("required").textIfAny().ifPresent(level -> {
            Set<String> domains = new TreeSet<>();
            spots.forEach(spot -> domains.add(world.domain(spot.host(), level)));
            need(domains.size() == 1, name + ": is to be in one " + level + " and is in " + domains);
        });
    }

    private void slices(String name, JudgedJob asked, List<Spot> spots) {
        int first = asked.hasLeader() ? 1 : 0;
        for (Value slice : asked.topology().get("slices").items()) {
            String level = slice.get("within").text();
            long size = slice.get("size").number();
            Map<Long, Set<String>> domains = new TreeMap<>();
            for (Spot spot : spots) {
                if (spot.rank() >= first) {
                    domains.computeIfAbsent((spot.rank() - first) / size, number -> new TreeSet<>())
                            .add(world.domain(spot.host(), level));
                }
            }
            domains.forEach((number, split) -> need(
                    split.size() == 1,
                    name + ": slice " + number + " of " + size + " is split over " + level + "s " + split));
        }
    }

    private void hosts(String name, JudgedJob asked, Value job, List<Spot> spots) {
        Map<Integer, String> initial = new LinkedHashMap<>();
        asked.initialSpots().forEach(spot -> initial.put(spot.rank(), spot.host()));
        boolean untouched = job.get("repairs").numberOr(0) == 0
                && job.get("evictions").numberOr(0) == 0
                && !outcome.isMoved(name)
                && asked.leastRanks() == asked.ranks();
        long started = job.get("startedAt").number();
        for (Spot spot : spots) {
            String host = spot.host();
            boolean stayed = host.equals(initial.get(spot.rank()));
            need(
                    stayed || world.hasLabels(host, asked.nodeSelector()),
                    name + ": host " + host + " lacks the labels it selects");
            need(!world.isDown(host), name + ": rank " + spot.rank() + " runs on " + host + ", which is down");
            if (stayed) {
                continue;
            }
            need(
                    !world.isCordoned(host) || started < world.cordonedSince(host),
                    name + ": rank " + spot.rank() + " came to " + host + ", which is cordoned");
            if (untouched && !asked.initial()) {
                need(!world.wasCordoned(host, started), name + ": started on " + host + " while it was cordoned");
                need(!world.wasDown(host, started), name + ": started on " + host + " while it was down");
                maintenance(name, asked, host, started);
            }
        }
    }

    private void maintenance(String name, JudgedJob asked, String host, long started) {
        List<String> path = world.host(host).get("path").texts();
        Optional<Long> end = asked.walltime().map(length -> started + length);
        for (Value event : world.events) {
            Value window = event.get("maintenance");
            if (!window.isPresent() || event.get("at").number() > started) {
                continue;
            }
            List<String> domain = window.get("domain").texts();
            boolean covers = domain.size() <= path.size()
                    && path.subList(0, domain.size()).equals(domain);
            long from = window.get("from").number();
            boolean apart = end.filter(over -> over <= from).isPresent()
                    || started >= window.get("to").number();
            need(!covers || apart, name + ": is on " + host + " from " + started + " across a maintenance at " + from);
        }
    }
}
