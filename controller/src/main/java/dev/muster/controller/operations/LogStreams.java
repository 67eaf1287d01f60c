package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.operations.JobOperations.LogListener;
import dev.muster.controller.operations.JobOperations.LogQuery;
import dev.muster.controller.operations.JobOperations.Subscription;
import dev.muster.controller.operations.Refusal.Kind;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.workload.RankLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Finds where the ranks of an attempt ran and streams their output from there. Call on the loop thread. */
public final class LogStreams {

    /** More would only be noise; a person asks for one rank at a time in large gangs. */
    private static final int MAX_RANKS_AT_ONCE = 64;

    private final ClusterModel model;
    private final RankLogs logs;

    public LogStreams(ClusterModel model, RankLogs logs) {
        this.model = model;
        this.logs = logs;
    }

    Subscription open(JobRecord job, LogQuery query, LogListener listener) {
        int attempt = query.attempt().orElse(job.status().attempt());
        PlacementRecord placement = model.attempt(job.uid(), attempt).orElseThrow(() -> noSuchAttempt(job, attempt));
        List<Integer> ranks = ranks(job, placement, query);
        AtomicInteger open = new AtomicInteger(ranks.size());
        List<RankLogs.Handle> handles = new ArrayList<>();
        for (int rank : ranks) {
            RankLogs.Sink sink = sink(rank, open, listener);
            HostAssignment part = hostOf(placement, rank);
            Optional<RankLogs.Handle> handle =
                    logs.openLog(part.host(), job.uid(), attempt, rank, query.tailLines(), query.follow(), sink);
            if (handle.isEmpty()) {
                sink.notice("host " + part.host() + " is not connected; the output of rank " + rank + " is on it");
                sink.ended();
            }
            handle.ifPresent(handles::add);
        }
        return () -> handles.forEach(RankLogs.Handle::close);
    }

    private static Refusal noSuchAttempt(JobRecord job, int attempt) {
        return job.status().attempt() == 0
                ? new Refusal(Kind.WRONG_STATE, "job " + job.key() + " has not started yet; `muster explain` says why")
                : new Refusal(
                        Kind.NOT_FOUND,
                        "attempt " + attempt + " of job " + job.key() + " is not kept; the latest is "
                                + job.status().attempt());
    }

    private static List<Integer> ranks(JobRecord job, PlacementRecord placement, LogQuery query) {
        int world = placement.worldSize();
        if (query.rank().isPresent()) {
            int rank = query.rank().getAsInt();
            if (rank < 0 || rank >= world) {
                throw new Refusal(
                        Kind.NOT_FOUND,
                        "job " + job.key() + " has no rank " + rank + "; ranks are 0 to " + (world - 1));
            }
            return List.of(rank);
        }
        if (world > MAX_RANKS_AT_ONCE) {
            throw new Refusal(
                    Kind.INVALID,
                    "job " + job.key() + " has " + world + " ranks; choose one with --rank (at most "
                            + MAX_RANKS_AT_ONCE + " are shown together)");
        }
        return IntStream.range(0, world).boxed().toList();
    }

    private static HostAssignment hostOf(PlacementRecord placement, int rank) {
        return placement.hosts().stream()
                .filter(part -> rank >= part.firstRank() && rank < part.firstRank() + part.ranks())
                .findFirst()
                .orElseThrow();
    }

    private static RankLogs.Sink sink(int rank, AtomicInteger open, LogListener listener) {
        return new RankLogs.Sink() {
            @Override
            public void data(byte[] bytes, Runnable consumed) {
                listener.data(rank, bytes, consumed);
            }

            @Override
            public void notice(String text) {
                listener.notice(rank, text);
            }

            @Override
            public void ended() {
                if (open.decrementAndGet() == 0) {
                    listener.ended();
                }
            }
        };
    }
}
