package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.workload.PlacedPod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The jobs and events of a scenario. */
final class ScenarioFields {

    private static final int MOST = Integer.MAX_VALUE;

    private final Set<String> queueNames;
    private final List<String> levels;
    private final List<HostSpec> hosts;
    private final ScenarioAmounts amounts;
    private final Set<String> jobNames = new LinkedHashSet<>();
    /** What the jobs that run leave of each host. */
    private final Map<String, ResourceVector> free = new LinkedHashMap<>();

    ScenarioFields(List<HostSpec> hosts, List<String> levels, Set<String> queueNames, ScenarioAmounts amounts) {
        hosts.forEach(host -> free.put(host.name(), host.capacity()));
        this.amounts = amounts;
        this.queueNames = queueNames;
        this.levels = levels;
        this.hosts = hosts;
    }

    List<Scenario.Running> running(Fields scenario) {
        List<Scenario.Running> running = new ArrayList<>();
        for (Fields fields : scenario.mappings("running")) {
            List<PlacedPod> pods = pods(fields);
            if (pods.isEmpty()) {
                fields.problem("pods", "is empty; give the host and request of each pod");
                continue;
            }
            long startedAt = fields.wholeNumber("startedAt", -MOST, 0).orElse(0);
            Scenario.Job job = job(fields, GangRequest.of(pods.size(), largest(pods)));
            fields.mapping("leader").ifPresent(leader -> {
                amounts.vector(leader, "request");
                leader.end();
            });
            fields.end();
            checkAsItRuns(fields, job);
            running.add(new Scenario.Running(job, startedAt, pods));
        }
        return running;
    }

    private List<PlacedPod> pods(Fields fields) {
        List<PlacedPod> pods = new ArrayList<>();
        for (Fields pod : fields.mappings("pods")) {
            String host = knownHost(pod, "host");
            pod.require("request", "{\"gpu\": 1}");
            ResourceVector request = amounts.vector(pod, "request");
            pod.end();
            pods.add(new PlacedPod(pods.size(), host, request));
            ResourceVector left = free.getOrDefault(host, request);
            if (request.fitsIn(left)) {
                free.put(host, left.minus(request));
            } else {
                pod.problem(
                        "request",
                        "takes " + Quoted.bare(request.amounts().toString()) + " of what " + Quoted.bare(host)
                                + " has left, " + Quoted.bare(left.amounts().toString()));
            }
        }
        return pods;
    }

    /** What each pod asks for when the job has to start again. */
    private static ResourceVector largest(List<PlacedPod> pods) {
        SortedMap<String, Long> largest = new TreeMap<>();
        pods.forEach(pod -> pod.request().amounts().forEach((name, amount) -> largest.merge(name, amount, Math::max)));
        return new ResourceVector(largest);
    }

    /** What runs cannot be rejected any more. */
    private void checkAsItRuns(Fields fields, Scenario.Job job) {
        new TreeGangPlacer()
                .neverFits(job.request(), new ClusterSnapshot(levels))
                .filter(rejection -> rejection.code() == ReasonCode.INVALID)
                .ifPresent(rejection -> fields.problem("job", "runs, but " + rejection.text()));
    }

    private String knownHost(Fields fields, String name) {
        fields.require(name, "h1");
        Optional<String> host = fields.text(name);
        host.filter(named -> !free.containsKey(named))
                .ifPresent(unknown -> fields.problem(
                        name,
                        "is " + (unknown.isEmpty() ? "empty" : Quoted.bare(unknown)) + "; there is no such host"));
        return host.orElse("");
    }

    private Scenario.Job job(Fields fields, GangRequest base) {
        fields.require("job", "j");
        String name = fields.text("job").orElse("");
        ScenarioReader.checkName(fields, "job", name);
        if (!jobNames.add(name)) {
            fields.problem("job", "is " + Quoted.bare(name) + " a second time; names must differ");
        }
        String queue = fields.text("queue").orElse("default");
        if (!queueNames.contains(queue)) {
            fields.problem(
                    "queue", "is " + Quoted.bare(queue) + "; declared are " + Quoted.bare(queueNames.toString()));
        }
        int pods = base.pods();
        GangRequest request = base.withPods(
                        pods, fields.wholeNumber("minPods", -MOST, MOST).orElse(pods))
                .withTopology(topology(fields))
                .withNodeSelector(fields.textsByName("nodeSelector"));
        Optional<Long> duration = fields.wholeNumber("duration", 1, MOST).map(Integer::longValue);
        Optional<Long> walltime = fields.wholeNumber("walltime", 1, MOST).map(Integer::longValue);
        return new Scenario.Job(
                name,
                queue,
                fields.wholeNumber("priority", -MOST, MOST).orElse(0),
                request,
                duration,
                walltime.or(() -> duration),
                fields.truth("preemptible").orElse(true),
                fields.wholeNumber("minRuntime", 0, MOST).orElse(0),
                fields.truth("movable").orElse(false),
                fields.truth("pinned").orElse(false),
                fields.truth("hold").orElse(false));
    }

    private static TopologySpec topology(Fields job) {
        Optional<Fields> topology = job.mapping("topology");
        if (topology.isEmpty()) {
            return TopologySpec.ANYWHERE;
        }
        Fields fields = topology.get();
        List<SliceSpec> slices = new ArrayList<>();
        for (Fields slice : fields.mappings("slices")) {
            slice.require("size", "4");
            slice.require("within", "rack");
            int size = slice.wholeNumber("size", -MOST, MOST).orElse(0);
            slices.add(new SliceSpec(size, slice.text("within").orElse("")));
            slice.end();
        }
        Spread spread = fields.choice(
                        "spread", new TreeMap<>(Map.of("packed", Spread.PACKED, "balanced", Spread.BALANCED)))
                .orElse(Spread.PACKED);
        TopologySpec spec = new TopologySpec(fields.text("required"), fields.text("preferred"), slices, spread);
        fields.end();
        return spec;
    }

    List<Scenario.Event> events(Fields scenario) {
        List<Scenario.Event> events = new ArrayList<>();
        for (Fields event : scenario.mappings("events")) {
            event.require("at", "0");
            long at = event.wholeNumber("at", 0, MOST).orElse(0);
            int before = events.size();
            event.mapping("submit").ifPresent(submit -> events.add(new Scenario.Submit(at, submitted(submit))));
            event.text("finish").ifPresent(job -> events.add(new Scenario.Finish(at, known(event, "finish", job))));
            event.text("cancel").ifPresent(job -> events.add(new Scenario.Cancel(at, known(event, "cancel", job))));
            hostEvent(event, "hostDown", at, Scenario.HostChange.DOWN, events);
            hostEvent(event, "hostUp", at, Scenario.HostChange.UP, events);
            hostEvent(event, "cordon", at, Scenario.HostChange.CORDON, events);
            hostEvent(event, "uncordon", at, Scenario.HostChange.UNCORDON, events);
            event.mapping("maintenance").ifPresent(window -> events.add(maintenance(at, window)));
            if (events.size() != before + 1) {
                event.problem("at", "names " + (events.size() - before) + " things that happen; name one");
            }
            event.end();
        }
        return events;
    }

    private void hostEvent(
            Fields event, String name, long at, Scenario.HostChange change, List<Scenario.Event> events) {
        if (event.node(name).isPresent()) {
            events.add(new Scenario.HostEvent(at, knownHost(event, name), change));
        }
    }

    private String known(Fields event, String name, String job) {
        if (!jobNames.contains(job)) {
            event.problem(name, "is " + Quoted.bare(job) + "; no job of that name comes before");
        }
        return job;
    }

    private Scenario.Job submitted(Fields submit) {
        submit.require("pods", "4");
        submit.require("request", "{\"gpu\": 1}");
        int pods = submit.wholeNumber("pods", -MOST, MOST).orElse(1);
        ResourceVector request = amounts.vector(submit, "request");
        ScenarioAmounts.tooMuch(request, pods, submit, "request");
        Optional<ResourceVector> leader = submit.mapping("leader").map(fields -> {
            fields.require("request", "{\"gpu\": 1}");
            ResourceVector wanted = amounts.vector(fields, "request");
            fields.end();
            return wanted;
        });
        Scenario.Job job = job(submit, GangRequest.of(pods, request).withLeader(leader));
        submit.end();
        return job;
    }

    private Scenario.Maintenance maintenance(long at, Fields window) {
        window.require("domain", "[\"b1\", \"r1\"]");
        window.require("from", "14400");
        window.require("to", "18000");
        List<String> domain = window.texts("domain");
        long from = window.wholeNumber("from", -MOST, MOST).orElse(0);
        long to = window.wholeNumber("to", -MOST, MOST).orElse(0);
        if (from >= to) {
            window.problem("to", "is " + to + "; it must come after from, which is " + from);
        }
        boolean covers = hosts.stream().anyMatch(host -> isIn(host, domain));
        if (!covers) {
            window.problem(
                    "domain",
                    "is " + Quoted.bare(domain.toString()) + "; no host lies in it, levels are "
                            + Quoted.bare(levels.toString()));
        }
        window.end();
        return new Scenario.Maintenance(at, domain, from, to);
    }

    static boolean isIn(HostSpec host, List<String> domain) {
        List<String> full = new ArrayList<>(host.path());
        full.add(host.name());
        return domain.size() <= full.size() && full.subList(0, domain.size()).equals(domain);
    }
}
