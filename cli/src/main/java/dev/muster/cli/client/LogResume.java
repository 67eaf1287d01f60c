package dev.muster.cli.client;

import com.google.protobuf.ByteString;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Output that is followed over a change of leader. A stream has no positions, so what was heard of each rank is counted, all that
 * is kept is asked for again, and as much is left out. That is exact as long as one attempt is followed from its beginning; with
 * {@code --tail} or an attempt that was not named it goes on with what comes and says so.
 */
final class LogResume implements Consumer<LogLine> {

    /** About a minute without a controller; then somebody should look. */
    static final int MOST_FAILURES = 60;

    private final LogsRequest first;
    private final Consumer<LogLine> sink;
    private final boolean exact;
    private final Map<Integer, Long> heard = new HashMap<>();
    private final Map<Integer, Long> toLeaveOut = new HashMap<>();
    private boolean heardSomething;
    private boolean isFirst = true;

    LogResume(LogsRequest first, Consumer<LogLine> sink) {
        this.first = first;
        this.sink = sink;
        this.exact = first.getTailLines() == 0 && first.getAttempt() > 0;
    }

    boolean canGoOn() {
        return first.getFollow();
    }

    /** Whether anything came since the last question. */
    boolean takeHeard() {
        boolean did = heardSomething;
        heardSomething = false;
        return did;
    }

    /** What to ask for, the first time and after each break. */
    LogsRequest request() {
        boolean resumes = !isFirst && !heard.isEmpty();
        isFirst = false;
        if (!resumes) {
            return first;
        }
        toLeaveOut.clear();
        if (exact) {
            toLeaveOut.putAll(heard);
            return first;
        }
        heard.keySet().stream()
                .min(Integer::compare)
                .ifPresent(rank -> sink.accept(LogLine.newBuilder()
                        .setRank(rank)
                        .setNotice("the leader changed; output of this moment may be missing or repeated")
                        .build()));
        return first.toBuilder().setTailLines(1).build();
    }

    @Override
    public void accept(LogLine line) {
        heardSomething = true;
        int rank = line.getRank();
        ByteString data = line.getData();
        long known = Math.min(data.size(), toLeaveOut.getOrDefault(rank, 0L));
        toLeaveOut.merge(rank, -known, Long::sum);
        heard.merge(rank, data.size() - known, Long::sum);
        if (known < data.size() || !line.getNotice().isEmpty()) {
            sink.accept(line.toBuilder().setData(data.substring((int) known)).build());
        }
    }
}
