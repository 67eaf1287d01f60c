package dev.muster.controller.session;

import dev.muster.controller.session.AgentCommand.LogCancel;
import dev.muster.controller.session.AgentCommand.LogCredit;
import dev.muster.controller.session.AgentCommand.LogRequest;
import dev.muster.controller.session.AgentMessage.LogChunk;
import dev.muster.controller.workload.RankLogs.Handle;
import dev.muster.controller.workload.RankLogs.Sink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries the output of ranks from agents to whoever asked. An agent sends only as much as it has credit for, and gets
 * new credit as the reader consumes, so that a slow reader holds at most {@link #CREDIT_BYTES} here.
 */
public final class LogRelay {

    static final long CREDIT_BYTES = 256 * 1024;

    private record Request(AgentSession session, Sink sink) {}

    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, Request> requests = new ConcurrentHashMap<>();

    /** Asks a host's agent for a rank's output; closing the handle cancels it. */
    Handle open(AgentSession session, String jobUid, int epoch, int rank, int tailLines, boolean follow, Sink sink) {
        long id = nextId.getAndIncrement();
        requests.put(id, new Request(session, sink));
        session.send(new LogRequest(id, jobUid, epoch, rank, tailLines, follow, CREDIT_BYTES));
        return () -> {
            if (requests.remove(id) != null) {
                session.send(new LogCancel(id));
            }
        };
    }

    void chunk(AgentSession session, LogChunk chunk) {
        Request request = requests.get(chunk.requestId());
        if (request == null || request.session() != session) {
            session.send(new LogCancel(chunk.requestId()));
            return;
        }
        if (!chunk.notice().isEmpty()) {
            request.sink().notice(chunk.notice());
        }
        if (chunk.data().length > 0) {
            request.sink()
                    .data(chunk.data(), () -> session.send(new LogCredit(chunk.requestId(), chunk.data().length)));
        }
        if (chunk.end() && requests.remove(chunk.requestId()) != null) {
            request.sink().ended();
        }
    }

    /** Ends everything that came from this connection. */
    void closed(AgentSession session) {
        requests.forEach((id, request) -> {
            if (request.session() == session && requests.remove(id) != null) {
                request.sink().notice("the connection to the host was lost; output may be incomplete");
                request.sink().ended();
            }
        });
    }
}
