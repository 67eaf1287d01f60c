package dev.muster.controller.codec;

import dev.muster.controller.operations.Views;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.RankView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Attempts of a job in full. A gang of many thousand hosts does not fit in an answer: the newest attempts keep their
 * hosts, ranks in trouble come before the others, and the answer says how many are left out.
 */
public final class AttemptCodec {

    private AttemptCodec() {}

    public static JobDetail write(Views.JobDetail detail) {
        JobDetail.Builder reply = JobDetail.newBuilder()
                .setJob(JobViewCodec.writeSummary(detail.job()))
                .setSpec(JobSpecCodec.write(detail.job().record().spec()));
        List<AttemptView> newestFirst = new ArrayList<>();
        int room = Bounds.HOSTS_PER_ANSWER;
        for (int i = detail.attempts().size() - 1; i >= 0; i--) {
            AttemptView.Builder attempt = write(detail.attempts().get(i), room);
            room -= attempt.getPlacementCount();
            if (newestFirst.isEmpty()) {
                addRanks(attempt, detail.ranks());
            }
            newestFirst.add(attempt.build());
        }
        Collections.reverse(newestFirst);
        return reply.addAllAttempts(newestFirst).build();
    }

    private static AttemptView.Builder write(PlacementRecord record, int room) {
        AttemptView.Builder attempt = AttemptView.newBuilder()
                .setAttempt(record.attempt())
                .setPlacedAtMillis(record.placedAt().toEpochMilli())
                .setRunningAtMillis(Times.orZero(record.runningAt()))
                .setEndedAtMillis(Times.orZero(record.endedAt()))
                .setOutcome(record.outcome());
        List<HostAssignment> all = new ArrayList<>(record.hosts());
        all.addAll(record.spares());
        all.stream().limit(room).map(AttemptCodec::write).forEach(attempt::addPlacement);
        return attempt.setPlacementLeftOut(all.size() - attempt.getPlacementCount());
    }

    static dev.muster.proto.v1.HostAssignment write(HostAssignment assignment) {
        return dev.muster.proto.v1.HostAssignment.newBuilder()
                .setHost(assignment.host())
                .setNodeRank(assignment.nodeRank())
                .setFirstRank(assignment.firstRank())
                .setRanks(assignment.ranks())
                .addAllPath(assignment.path())
                .build();
    }

    private static void addRanks(AttemptView.Builder attempt, List<Views.HostRanks> hosts) {
        int all = hosts.stream().mapToInt(host -> host.ranks().size()).sum();
        int textLength = all <= Bounds.RANKS_IN_FULL ? Bounds.TEXT_LENGTH : Bounds.RANK_TEXT_LENGTH;
        List<RankView> inTrouble = new ArrayList<>();
        List<RankView> others = new ArrayList<>();
        for (Views.HostRanks host : hosts) {
            for (RankStatus rank : host.ranks()) {
                (rank.state() == RankState.FAILED ? inTrouble : others).add(write(host.host(), rank, textLength));
            }
        }
        if (all <= Bounds.RANKS_PER_ANSWER) {
            inTrouble.addAll(others);
            inTrouble.sort((a, b) -> Integer.compare(a.getRank(), b.getRank()));
            attempt.addAllRanks(inTrouble);
            return;
        }
        inTrouble.stream().limit(Bounds.RANKS_PER_ANSWER).forEach(attempt::addRanks);
        others.stream().limit(Bounds.RANKS_PER_ANSWER - attempt.getRanksCount()).forEach(attempt::addRanks);
        attempt.setRanksLeftOut(all - attempt.getRanksCount());
    }

    private static RankView write(String host, RankStatus rank, int textLength) {
        return RankView.newBuilder()
                .setRank(rank.rank())
                .setHost(host)
                .setState(AgentMessageCodec.write(rank.state()))
                .setExitCode(rank.exitCode())
                .setMessage(Bounds.cut(rank.message(), textLength))
                .build();
    }
}
