package dev.muster.controller.main;

import dev.muster.controller.admin.Stores;
import dev.muster.controller.codec.UndecodableRecord;
import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.config.StoreAddress;
import dev.muster.controller.election.Candidate;
import dev.muster.controller.election.Election;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.grpc.GrpcServer;
import dev.muster.controller.grpc.ServerTls;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.LoopException;
import dev.muster.controller.loop.SteadyClock;
import dev.muster.controller.metrics.ObservationServer;
import dev.muster.controller.metrics.PrometheusControllerMetrics;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsProblem;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller, put together and running: the doors that are always open, and behind them the role of the moment. On a store
 * with one owner it leads at once and for good; on a shared one it stands in the election, and whenever the lead is lost all that
 * decided is thrown away and it follows.
 */
final class Controller implements Election.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final int EXIT_FAULT = 70;
    private static final int EXIT_REFUSED = 1;
    /** Longer than a request to etcd waits for its answer. */
    private static final Duration FIRST_TRY = Duration.ofSeconds(7);

    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final LongSupplier TICKER = System::nanoTime;
    /** Records keep milliseconds, so nothing finer may be in memory either. */
    static final InstantSource CLOCK = millis(new SteadyClock(InstantSource.system(), TICKER));

    private final StateStore store;
    private final Leader.Setup setup;
    private final Follower follower;
    /** Roles change on this thread, one after the other. */
    private final ExecutorService roles = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "muster-role");
        thread.setDaemon(true);
        return thread;
    });

    private final ElectionThread electionThread = new ElectionThread(mistake -> die("the election failed", mistake));
    private final ObservationServer http;
    private final GrpcServer grpc;
    private final Optional<Election> election;
    private volatile Role role;
    private volatile Optional<String> leaderAddress = Optional.empty();
    /** The latest lead, held or lost. */
    private volatile Optional<Leadership> lead = Optional.empty();

    private volatile boolean stopping;

    /** @param shared the store once more, where other controllers may work on it */
    private Controller(
            ControllerOptions options,
            Site site,
            Optional<ServerTls> tls,
            StateStore store,
            Optional<AwaitedStore> shared)
            throws IOException {
        this.store = store;
        follower = new Follower(this::leaderAddress, () -> shared.flatMap(AwaitedStore::awaited));
        role = follower;
        PrometheusControllerMetrics metrics = new PrometheusControllerMetrics();
        setup = new Leader.Setup(site, store, metrics, CLOCK, TICKER);
        http = ObservationServer.start(
                options.bind(), options.httpPort(), metrics.registry(), () -> role.health(), () -> role.readiness());
        try {
            grpc = GrpcServer.start(
                    GrpcServer.Settings.of(options.bind(), options.port()).withTls(tls), doors());
        } catch (IOException | RuntimeException problem) {
            http.stop();
            throw problem;
        }
        Candidate self = new Candidate(Identity.ofThisProcess(), Identity.address(options, grpc.port()));
        election = shared.map(
                unused -> new Election(store, self, Election.Settings.DEFAULT, electionThread, TICKER, this));
    }

    private static Optional<ServerTls> tls(ControllerOptions options) throws ConfigProblem {
        Optional<TlsFiles> files = options.tls().files();
        if (files.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerTls.read(files.get(), options.tls().serverName(), TICKER));
        } catch (TlsProblem problem) {
            throw new ConfigProblem(String.valueOf(problem.getMessage()));
        }
    }

    private GrpcServer.Ports doors() {
        return new GrpcServer.Ports(
                new SwitchingJobs(() -> role.jobs()),
                new SwitchingFleet(() -> role.fleet()),
                outbox -> role.agents().connect(outbox),
                Controller::translate,
                this::leaderAddress);
    }

    private static InstantSource millis(InstantSource finer) {
        return () -> finer.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Starts it; with a store of its own it leads when this returns, a shared one may still be away. */
    static Controller start(ControllerOptions options, Site site) throws IOException, ConfigProblem {
        Optional<ServerTls> tls = tls(options);
        StoreAddress address = options.store();
        AwaitedStore.Opening opening = () -> Stores.openToLead(address, options.etcd(), TICKER);
        if (address instanceof StoreAddress.Directory) {
            return start(options, site, tls, opening.open(), Optional.empty());
        }
        AwaitedStore shared = AwaitedStore.open(address.text(), opening, new SplittableRandom());
        try {
            shared.awaitFirstTry(FIRST_TRY);
        } catch (ConfigProblem | RuntimeException problem) {
            shared.close();
            throw problem;
        }
        Controller controller = start(options, site, tls, shared, Optional.of(shared));
        shared.onRefused(Controller::end);
        return controller;
    }

    private static Controller start(
            ControllerOptions options,
            Site site,
            Optional<ServerTls> tls,
            StateStore store,
            Optional<AwaitedStore> shared)
            throws IOException {
        Controller controller;
        try {
            controller = new Controller(options, site, tls, store, shared);
        } catch (IOException | RuntimeException problem) {
            store.close();
            throw problem;
        }
        try {
            controller.begin();
            site.onChange(controller::onClusterChange);
            return controller;
        } catch (RuntimeException problem) {
            controller.stop();
            throw problem;
        }
    }

    private void begin() {
        if (election.isPresent()) {
            election.get().begin();
        } else {
            takeForGood();
        }
        grpc.setServing(true);
    }

    private static Optional<Refusal> translate(Throwable failure) {
        if (failure instanceof LoopException.Busy || failure instanceof StoreException.Busy) {
            return Optional.of(new Refusal(Refusal.Kind.EXHAUSTED, String.valueOf(failure.getMessage())));
        }
        return failure instanceof LoopException.Stopped
                ? Optional.of(new Refusal(Refusal.Kind.UNAVAILABLE, String.valueOf(failure.getMessage())))
                : Optional.empty();
    }

    // ---- roles

    private Optional<String> leaderAddress() {
        return leaderAddress;
    }

    @Override
    public void othersLead(Optional<Candidate> leader) {
        Optional<String> address = leader.flatMap(Candidate::reachableAt);
        if (!address.equals(leaderAddress)) {
            leaderAddress = address;
            LOG.info(address.map(where -> "follows " + where).orElse("knows of no leader"));
        }
    }

    @Override
    public void elected(Leadership leadership) {
        leaderAddress = Optional.empty();
        changeRole(() -> lead(leadership));
    }

    @Override
    public void lost(String why) {
        changeRole(this::follow);
    }

    private void changeRole(Runnable change) {
        roles.execute(() -> {
            try {
                change.run();
            } catch (RuntimeException | Error mistake) {
                // Else the lead would be kept by renewals, and nobody would decide.
                die("the change of roles failed", mistake);
            }
        });
    }

    private void lead(Leadership leadership) {
        if (stopping || !leadership.isHeld()) {
            return;
        }
        lead = Optional.of(leadership);
        try {
            role = Leader.start(setup, leadership, fault -> onFault(leadership, fault));
        } catch (ClusterMismatch | UndecodableRecord problem) {
            giveUp(problem);
        } catch (RuntimeException problem) {
            Throwable cause =
                    problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
            if (cause instanceof Site.SiteException) {
                stepDown(leadership, String.valueOf(cause.getMessage()));
                return;
            }
            if (leadership.isHeld() && !(cause instanceof StoreException.Unavailable)) {
                die("the stored state cannot be taken up: " + cause.getMessage(), cause);
            }
            stepDown(leadership, "the stored state was not read in time: " + cause.getMessage());
        }
    }

    /** Memory may be ahead of the store or behind it. A store that others share is read anew by whoever leads next. */
    private void onFault(Leadership leadership, Fault fault) {
        switch (fault.kind()) {
            case STORE, CONFLICT -> stepDown(leadership, fault.message());
            case OPERATION, ACTION -> die(fault.message(), fault.cause());
        }
    }

    private void stepDown(Leadership leadership, String why) {
        election.ifPresent(standing -> standing.stepDown(leadership, why));
    }

    /**
     * The cluster is described otherwise now. The lead is taken anew, since a commit of before that is still on its way must not
     * land after the state was read.
     */
    private void onClusterChange() {
        roles.execute(() -> {
            Optional<Leadership> held = lead.filter(Leadership::isHeld);
            if (stopping || held.isEmpty()) {
                return;
            }
            LOG.info("the description of the cluster has changed; takes up the state anew");
            if (election.isPresent()) {
                stepDown(held.get(), "the description of the cluster has changed");
            } else {
                follow();
                takeForGood();
            }
        });
    }

    private void takeForGood() {
        Leadership leadership = Answers.await(Leadership.take(store, Identity.ofThisProcess()));
        lead = Optional.of(leadership);
        role = Leader.start(setup, leadership, fault -> die(fault.message(), fault.cause()));
    }

    private void follow() {
        Role before = role;
        role = follower;
        before.close();
        grpc.endStreams(Refusal.notLeading(leaderAddress));
    }

    /** An operator must mend something first, so one line says what; the lead is handed over on the way out. */
    private static void giveUp(RuntimeException problem) {
        // Not on this thread: the way out waits for it.
        new Thread(() -> ControllerMain.fail(problem), "exit").start();
    }

    /** Memory can no longer be trusted; the store can. Whoever started this process starts it again. */
    private static void die(String message, Throwable cause) {
        LOG.error("stopping at once: {}", message, cause);
        System.err.println("muster-controller: " + message
                + "; nothing that was acknowledged is lost, start the controller again");
        Runtime.getRuntime().halt(EXIT_FAULT);
    }

    /** The store came late and cannot be used; as when that is seen at once. */
    private static void end(Throwable refused) {
        System.err.println("muster-controller: " + refused.getMessage());
        System.exit(EXIT_REFUSED);
    }

    // ---- the process

    int port() {
        return grpc.port();
    }

    int httpPort() {
        return http.port();
    }

    /** Agents keep their ranks running; they find the next leader by themselves. */
    void stop() {
        LOG.info("stopping");
        stopping = true;
        await(CompletableFuture.runAsync(this::follow, roles), "what was under way was not finished");
        election.ifPresent(standing -> await(standing.resign(), "the lead was not handed over"));
        try {
            grpc.stop(STOP_GRACE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        electionThread.close();
        setup.site().close();
        store.close();
        http.stop();
    }

    private static void await(CompletableFuture<Void> done, String otherwise) {
        try {
            done.get(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException problem) {
            LOG.warn("{}: {}", otherwise, String.valueOf(problem));
        }
    }
}
