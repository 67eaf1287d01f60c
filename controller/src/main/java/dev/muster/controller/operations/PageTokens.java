package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel.ListKey;
import dev.muster.controller.operations.Refusal.Kind;
import dev.muster.controller.state.JobRecord;
import java.util.Optional;

/** Where a listing goes on: the last job of the page before, so that pages stay right while jobs come and go. */
final class PageTokens {

    private PageTokens() {}

    static String after(JobRecord last) {
        return last.submittedAt().toEpochMilli() + "." + last.uid();
    }

    static Optional<ListKey> jobs(String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        int dot = token.indexOf('.');
        try {
            return Optional.of(
                    new ListKey(Long.parseLong(token.substring(0, Math.max(0, dot))), token.substring(dot + 1)));
        } catch (NumberFormatException notOurs) {
            throw new Refusal(
                    Kind.INVALID, "page token '" + token + "' is not one of this server; start the list again");
        }
    }
}
