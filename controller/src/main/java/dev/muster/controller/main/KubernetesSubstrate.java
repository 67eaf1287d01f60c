package dev.muster.controller.main;

import dev.muster.controller.kubernetes.jobs.JobChanges;
import dev.muster.controller.kubernetes.jobs.TrainingJobs;
import dev.muster.controller.kubernetes.nodes.ClusterObjects;
import dev.muster.controller.kubernetes.nodes.ClusterShape;
import dev.muster.controller.kubernetes.nodes.NodeAgents;
import dev.muster.controller.kubernetes.nodes.NodeWatch;
import dev.muster.controller.kubernetes.nodes.NodeWatchSettings;
import dev.muster.controller.kubernetes.nodes.PodRanks;
import dev.muster.controller.kubernetes.pods.KubernetesPods;
import dev.muster.controller.kubernetes.pods.PodLogs;
import dev.muster.controller.kubernetes.pods.PodSettings;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns.TurnListener;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.workload.RankLogs;
import dev.muster.controller.workload.WorkloadLauncher;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The parts of the Kubernetes adapter, joined for one lead: nodes are hosts, pods are ranks, objects are jobs. */
final class KubernetesSubstrate implements Substrate {

    private final KubernetesClient client;
    private final ClusterShape shape;
    private final ClusterObjects objects;
    private final SessionSettings agentSettings;
    private final InstantSource clock;
    private final Site.Foundations foundations;
    private final JobChanges changes;
    private final KubernetesPods pods;
    private final PodLogs logs;
    private Optional<NodeWatch> nodes = Optional.empty();
    private Optional<NodeAgents> agents = Optional.empty();
    private volatile Optional<TrainingJobs> jobs = Optional.empty();

    KubernetesSubstrate(
            KubernetesClient client,
            ClusterShape shape,
            ClusterObjects objects,
            SessionSettings agentSettings,
            InstantSource clock,
            Site.Foundations foundations) {
        this.client = client;
        this.shape = shape;
        this.objects = objects;
        this.agentSettings = agentSettings;
        this.clock = clock;
        this.foundations = foundations;
        this.changes = new JobChanges(foundations.model());
        this.pods = new KubernetesPods(
                new KubernetesPods.Surroundings(
                        client,
                        foundations.loop(),
                        foundations.turns(),
                        foundations.model(),
                        foundations.leadership(),
                        this::owner,
                        host -> Optional.empty()),
                PodSettings.DEFAULT);
        this.logs = new PodLogs(client, foundations.model(), PodSettings.DEFAULT.logStreams());
    }

    /** Gangs wait for their job's object, which comes once users are heard. */
    private Optional<OwnerReference> owner(JobRecord job) {
        return jobs.flatMap(known -> known.owner(job));
    }

    @Override
    public WorkloadLauncher launcher() {
        return pods;
    }

    /** A kubelet that is cut off lets its pods run on, for as long as it likes. */
    @Override
    public Optional<Duration> isolationTimeout() {
        return Optional.empty();
    }

    @Override
    public NodeRecord takeUp(NodeRecord stored) {
        return shape.rules().placed(stored);
    }

    @Override
    public Optional<TurnListener> listener() {
        return Optional.of(changes);
    }

    @Override
    public void connect(JobReconciler jobReconciler, NodeReconciler nodeReconciler) {
        pods.connect(jobReconciler, nodeReconciler);
        nodes = Optional.of(new NodeWatch(
                client,
                foundations.loop(),
                foundations.turns(),
                foundations.model(),
                nodeReconciler,
                shape.rules(),
                pods::nodeFenced,
                NodeWatchSettings.DEFAULT,
                foundations.nanoTicker()));
        agents = Optional.of(new NodeAgents(
                foundations.loop(),
                foundations.turns(),
                foundations.leadership(),
                foundations.nanoTicker(),
                foundations.model(),
                nodeReconciler,
                jobReconciler,
                agentSettings,
                foundations.observer(),
                uid -> pods.rankOf(uid)
                        .map(rank -> new PodRanks.PodRank(rank.jobUid(), rank.attempt(), rank.rank(), rank.host()))));
    }

    @Override
    public AgentGateway agents() {
        return agents.orElseThrow();
    }

    @Override
    public HostReadings readings() {
        return agents.orElseThrow();
    }

    @Override
    public RankLogs logs() {
        return logs;
    }

    @Override
    public void resume(Turn turn) {
        pods.resume();
        nodes.orElseThrow().start();
    }

    @Override
    public void begin(JobOperations operations, FleetOperations fleet) {
        TrainingJobs started = new TrainingJobs(new TrainingJobs.Ports(
                client,
                operations,
                changes,
                foundations.leadership()::isHeld,
                shape.cluster().levels(),
                clock,
                foundations.nanoTicker(),
                RandomGenerator.getDefault()));
        jobs = Optional.of(started);
        started.start();
        objects.lead(fleet, nodes.orElseThrow());
    }

    @Override
    public void close() {
        objects.follow();
        jobs.ifPresent(TrainingJobs::close);
        nodes.ifPresent(NodeWatch::close);
        pods.close();
    }
}
