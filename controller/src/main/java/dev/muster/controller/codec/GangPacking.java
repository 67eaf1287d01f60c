package dev.muster.controller.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.proto.v1.StoredGang;
import dev.muster.proto.v1.StoredPlacement;
import dev.muster.proto.v1.StoredRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Large gangs in few bytes.
 *
 * <p>Goals: 131,072 hosts in one value of the store, which takes 1.5 MB. Constraints: any names, and hosts in any order.
 * Algorithm: of each name only what differs from the one before it (front coding); what else an assignment says once for a
 * run of hosts in one domain whose ranks follow one another; all of that deflated. Example: after {@code gpu-r07-h14},
 * {@code gpu-r07-h15} is (10, "5"), and 16 hosts of a rack with 8 ranks each are one run, (16 hosts, path, node rank 32,
 * rank 256, 8 ranks). Complexity: linear.
 */
final class GangPacking {

    /** Smaller gangs stay as they are: that is cheaper, and their values can be read without unpacking. */
    static final int FEWEST_HOSTS = 1_024;

    /** What the largest gang takes before it is deflated, with names of 253 characters; more is damage. */
    private static final int MAX_BYTES = 64 << 20;

    private static final char END_OF_NAME = '\n';
    private static final int MOST_SHARED = 255;
    private static final int BUFFER_BYTES = 1 << 16;

    private GangPacking() {}

    /**
     * @param domains that paths point to
     * @param bytes before deflating
     */
    record Packed(List<String> domains, ByteString deflated, int bytes) {}

    /** Whether there are enough to be worth it, and their names fit the form. */
    static boolean suits(List<HostAssignment> hosts) {
        return hosts.size() >= FEWEST_HOSTS
                && hosts.stream().allMatch(each -> each.host().indexOf(END_OF_NAME) < 0);
    }

    /** Spares come last. */
    static Packed pack(List<HostAssignment> hosts) {
        Map<String, Integer> domains = new HashMap<>();
        List<String> names = new ArrayList<>();
        StoredGang.Builder gang = writeNames(hosts);
        int begin = 0;
        for (int i = 0; i < hosts.size(); i++) {
            if (i + 1 == hosts.size() || !follows(hosts.get(i), hosts.get(i + 1))) {
                gang.addRuns(run(hosts.get(begin), i + 1 - begin, domains, names));
                begin = i + 1;
            }
        }
        byte[] bytes = gang.build().toByteArray();
        return new Packed(names, deflate(bytes), bytes.length);
    }

    private static StoredGang.Builder writeNames(List<HostAssignment> hosts) {
        byte[] shared = new byte[hosts.size()];
        StringBuilder rests = new StringBuilder();
        String before = "";
        for (int i = 0; i < shared.length; i++) {
            String name = hosts.get(i).host();
            int same = 0;
            int most = Math.min(MOST_SHARED, Math.min(before.length(), name.length()));
            while (same < most && before.charAt(same) == name.charAt(same)) {
                same++;
            }
            shared[i] = (byte) same;
            rests.append(name, same, name.length()).append(END_OF_NAME);
            before = name;
        }
        return StoredGang.newBuilder().setShared(ByteString.copyFrom(shared)).setRests(rests.toString());
    }

    private static List<String> readNames(StoredGang gang, Problems problems) {
        List<String> names = new ArrayList<>(gang.getShared().size());
        String before = "";
        int from = 0;
        for (byte each : gang.getShared()) {
            int same = Byte.toUnsignedInt(each);
            int to = gang.getRests().indexOf(END_OF_NAME, from);
            if (to < 0 || same > before.length()) {
                problems.add("packed_gang", "has fewer names than hosts");
                return List.of();
            }
            before = problems.required(
                    "packed_gang", before.substring(0, same) + gang.getRests().substring(from, to), Bounds.NAME_LENGTH);
            names.add(before);
            from = to + 1;
        }
        return names;
    }

    private static boolean follows(HostAssignment before, HostAssignment after) {
        boolean counts = before.isSpare()
                ? after.isSpare() && after.firstRank() == before.firstRank()
                : after.nodeRank() == before.nodeRank() + 1 && after.firstRank() == before.firstRank() + before.ranks();
        return counts && after.ranks() == before.ranks() && after.path().equals(before.path());
    }

    private static StoredRun run(HostAssignment first, int hosts, Map<String, Integer> domains, List<String> names) {
        StoredRun.Builder run = StoredRun.newBuilder()
                .setHosts(hosts)
                .setFirstNodeRank(first.nodeRank())
                .setFirstRank(first.firstRank())
                .setRanks(first.ranks());
        for (String domain : first.path()) {
            run.addPath(domains.computeIfAbsent(domain, unseen -> {
                names.add(unseen);
                return names.size() - 1;
            }));
        }
        return run.build();
    }

    private static ByteString deflate(byte[] bytes) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteString.Output out = ByteString.newOutput(BUFFER_BYTES);
            byte[] buffer = new byte[BUFFER_BYTES];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteString();
        } finally {
            deflater.end();
        }
    }

    static List<HostAssignment> unpack(StoredPlacement stored, Problems problems) {
        try {
            StoredGang gang = StoredGang.parseFrom(inflate(stored.getPackedGang(), stored.getPackedGangBytes()));
            return read(gang, stored.getDomainsList(), problems);
        } catch (DataFormatException | InvalidProtocolBufferException damaged) {
            problems.add("packed_gang", "cannot be unpacked");
            return List.of();
        }
    }

    private static byte[] inflate(ByteString deflated, int size) throws DataFormatException {
        if (size < 1 || size > MAX_BYTES) {
            throw new DataFormatException("a gang of " + size + " bytes");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated.toByteArray());
            byte[] bytes = new byte[size];
            int read = inflater.inflate(bytes);
            if (read != size || !inflater.finished()) {
                throw new DataFormatException("a gang that is not of " + size + " bytes");
            }
            return bytes;
        } finally {
            inflater.end();
        }
    }

    private static List<HostAssignment> read(StoredGang gang, List<String> domains, Problems problems) {
        List<String> names = readNames(gang, problems);
        List<HostAssignment> hosts = new ArrayList<>(names.size());
        long inRuns = 0;
        for (StoredRun run : gang.getRunsList()) {
            inRuns += run.getHosts();
            List<String> path = StoredPlacementCodec.path("packed_gang", run.getPathList(), domains, problems);
            boolean spares = run.getFirstNodeRank() == HostAssignment.SPARE;
            for (int i = 0; i < run.getHosts() && hosts.size() < names.size(); i++) {
                hosts.add(new HostAssignment(
                        names.get(hosts.size()),
                        path,
                        spares ? HostAssignment.SPARE : run.getFirstNodeRank() + i,
                        spares ? run.getFirstRank() : run.getFirstRank() + i * run.getRanks(),
                        run.getRanks()));
            }
        }
        if (inRuns != names.size()) {
            problems.add("packed_gang", "names " + names.size() + " hosts and has " + inRuns + " in runs");
        }
        return hosts;
    }
}
