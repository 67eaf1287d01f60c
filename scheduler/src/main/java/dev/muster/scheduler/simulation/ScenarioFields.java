package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.document.ScalarKind;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.workload.PlacedPod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The jobs and events of a scenario. */
final class ScenarioFields {

    private static final int MOST = Integer.MAX_VALUE;

    private final Set<String> hostNames;
    private final Set<String> queueNames;
    private final List<String> levels;
    private final List<HostSpec> hosts;
    private final Set<String> jobNames = new LinkedHashSet<>();

    ScenarioFields(Set<String> hostNames, Set<String> queueNames, List<String> levels, List<HostSpec> hosts) {
        this.hostNames = hostNames;
        this.queueNames = queueNames;
        this.levels = levels;
        this.hosts = hosts;
    }

    /** Whole amounts by resource; absent: none. */
    static ResourceVector amounts(Fields fields, String name) {
        return new ResourceVector(new TreeMap<>(limits(fields, name)));
    }

    static Map<String, Long> limits(Fields fields, String name) {
        Map<String, Long> amounts = new TreeMap<>();
        Optional<DocumentNode> node = fields.node(name);
        if (node.isPresent() && node.get() instanceof DocumentNode.Mapping mapping) {
            Optional<Fields> inner = fields.mapping(name);
            for (DocumentNode.Member member : mapping.members()) {
                inner.flatMap(values -> values.parsed(
                                member.name(), "a whole number from 0 to 2^53", text -> amount(member, text)))
                        .ifPresent(amount -> amounts.put(member.name(), amount));
            }
        } else if (node.isPresent()) {
            fields.mapping(name);
        }
        return amounts;
    }

    private static Optional<Long> amount(DocumentNode.Member member, String text) {
        boolean whole =
                member.value() instanceof DocumentNode.Scalar scalar && scalar.kind() == ScalarKind.WHOLE_NUMBER;
        try {
            long amount = Long.parseLong(text);
            return whole && amount >= 0 && amount <= 1L << 53 ? Optional.of(amount) : Optional.empty();
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    List<Scenario.Running> running(Fields scenario) {
        List<Scenario.Running> running = new ArrayList<>();
        Map<String, ResourceVector> used = new TreeMap<>();
        for (Fields fields : scenario.mappings("running")) {
            List<PlacedPod> pods = pods(fields, used);
            if (pods.isEmpty()) {
                fields.problem("pods", "is empty; give the host and request of each pod");
                continue;
            }
            GangRequest base = GangRequest.of(pods.size(), pods.get(0).request());
            long startedAt = fields.wholeNumber("startedAt", -MOST, MOST).orElse(0);
            Scenario.Job job = job(fields, base.withLeader(Optional.empty()));
            fields.mapping("leader").ifPresent(leader -> {
                amounts(leader, "request");
                leader.end();
            });
            fields.end();
            running.add(new Scenario.Running(job, startedAt, pods));
        }
        checkCapacity(scenario, used);
        return running;
    }

    private List<PlacedPod> pods(Fields fields, Map<String, ResourceVector> used) {
        List<PlacedPod> pods = new ArrayList<>();
        for (Fields pod : fields.mappings("pods")) {
            String host = knownHost(pod, "host");
            ResourceVector request = amounts(pod, "request");
            pod.end();
            pods.add(new PlacedPod(pods.size(), host, request));
            used.merge(host, request, ResourceVector::plus);
        }
        return pods;
    }

    private void checkCapacity(Fields scenario, Map<String, ResourceVector> used) {
        for (HostSpec host : hosts) {
            ResourceVector held = used.getOrDefault(host.name(), ResourceVector.ZERO);
            if (!held.fitsIn(host.capacity())) {
                scenario.problem(
                        "running",
                        "takes " + held.amounts() + " of host " + host.name() + ", which has "
                                + host.capacity().amounts());
            }
        }
    }

    private String knownHost(Fields fields, String name) {
        fields.require(name, "h1");
        String host = fields.text(name).orElse("");
        if (!host.isEmpty() && !hostNames.contains(host)) {
            fields.problem(name, "is " + Quoted.bare(host) + "; there is no such host");
        }
        return host;
    }

    private Scenario.Job job(Fields fields, GangRequest base) {
        fields.require("job", "j");
        String name = fields.text("job").orElse("");
        if (!jobNames.add(name)) {
            fields.problem("job", "is " + Quoted.bare(name) + " a second time; names must differ");
        }
        String queue = fields.text("queue").orElse("default");
        if (!queueNames.contains(queue)) {
            fields.problem("queue", "is " + Quoted.bare(queue) + "; declared are " + queueNames);
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
            int size = slice.wholeNumber("size", 0, MOST).orElse(0);
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
        int pods = submit.wholeNumber("pods", -MOST, MOST).orElse(1);
        ResourceVector request = amounts(submit, "request");
        Optional<ResourceVector> leader = submit.mapping("leader").map(fields -> {
            ResourceVector wanted = amounts(fields, "request");
            fields.end();
            return wanted;
        });
        Scenario.Job job = job(submit, GangRequest.of(pods, request).withLeader(leader));
        submit.end();
        return job;
    }

    private Scenario.Maintenance maintenance(long at, Fields window) {
        List<String> domain = window.texts("domain");
        long from = window.wholeNumber("from", -MOST, MOST).orElse(0);
        long to = window.wholeNumber("to", -MOST, MOST).orElse(0);
        if (from >= to) {
            window.problem("to", "is " + to + "; it must come after from, which is " + from);
        }
        boolean covers = hosts.stream().anyMatch(host -> isIn(host, domain));
        if (!covers) {
            window.problem("domain", "is " + domain + "; no host lies in it, levels are " + levels);
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
