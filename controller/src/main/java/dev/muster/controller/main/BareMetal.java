package dev.muster.controller.main;

import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.model.Turn;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentLauncher;
import dev.muster.controller.session.AgentSessions;
import dev.muster.controller.session.HostPaths;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.workload.RankLogs;
import dev.muster.controller.workload.WorkloadLauncher;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Agents start the processes, and a file describes the cluster. */
final class BareMetal implements Site {

    private final ControllerOptions options;
    private final ClusterSpec cluster;

    BareMetal(ControllerOptions options, ClusterSpec cluster) {
        this.options = options;
        this.cluster = cluster;
    }

    @Override
    public ClusterSpec cluster() {
        return cluster;
    }

    @Override
    public Substrate substrate(ClusterSpec described, Foundations foundations) {
        return new Agents(options, described, foundations);
    }

    private static final class Agents implements Substrate {

        private final ControllerOptions options;
        private final ClusterSpec cluster;
        private final Foundations foundations;
        private final AgentLauncher launcher;
        private Optional<AgentSessions> sessions = Optional.empty();

        private Agents(ControllerOptions options, ClusterSpec cluster, Foundations foundations) {
            this.options = options;
            this.cluster = cluster;
            this.foundations = foundations;
            this.launcher = new AgentLauncher(foundations.model(), options.isolationTimeout());
        }

        @Override
        public WorkloadLauncher launcher() {
            return launcher;
        }

        @Override
        public Optional<Duration> isolationTimeout() {
            return Optional.of(options.isolationTimeout());
        }

        @Override
        public NodeRecord takeUp(NodeRecord stored) {
            ClusterMismatch.check(cluster, List.of(stored));
            return stored;
        }

        @Override
        public void connect(JobReconciler jobs, NodeReconciler nodes) {
            sessions = Optional.of(new AgentSessions(
                    foundations.loop(),
                    foundations.leadership(),
                    foundations.nanoTicker(),
                    foundations.turns(),
                    foundations.model(),
                    nodes,
                    jobs,
                    new HostPaths(cluster.levels(), declaredPaths()),
                    settings(options),
                    foundations.observer(),
                    launcher));
        }

        private Map<String, List<String>> declaredPaths() {
            Map<String, List<String>> paths = new HashMap<>();
            for (HostSpec host : cluster.hosts()) {
                paths.put(host.name(), host.path());
            }
            return paths;
        }

        @Override
        public AgentGateway agents() {
            return sessions.orElseThrow();
        }

        @Override
        public HostReadings readings() {
            return sessions.orElseThrow();
        }

        @Override
        public RankLogs logs() {
            return sessions.orElseThrow();
        }

        @Override
        public void resume(Turn turn) {
            sessions.orElseThrow().resume();
        }

        /** Agents find the next leader by themselves. */
        @Override
        public void close() {}
    }

    /** The pace at which agents are heard. */
    static SessionSettings settings(ControllerOptions options) {
        return new SessionSettings(
                options.heartbeatInterval(),
                SessionSettings.DEFAULT.lostAfterClose(),
                options.lostAfter(),
                SessionSettings.DEFAULT.settleTime(),
                options.isolationTimeout());
    }
}
