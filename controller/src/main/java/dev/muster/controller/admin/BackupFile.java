package dev.muster.controller.admin;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.Transaction;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * All records in one file: gzip around a head with magic, form, schema and revision; then each record's key and value in
 * key order; then their number and a CRC-32C of all before it. A file that was cut off or changed is recognised before
 * anything is restored from it.
 *
 * @param schema of the store it was made from
 * @param revision of that store
 * @param records values by key
 */
record BackupFile(String schema, long revision, SortedMap<String, byte[]> records) {

    private static final String MAGIC = "muster-backup";
    private static final int FORM = 1;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int RECORD_FOLLOWS = 1;
    private static final int NO_MORE = 0;

    static BackupFile of(Snapshot snapshot) {
        SortedMap<String, byte[]> records = new TreeMap<>();
        for (Entry entry : snapshot.entries().values()) {
            records.put(entry.key(), entry.value());
        }
        return new BackupFile(StoreSchema.VERSION, snapshot.revision(), records);
    }

    /** Writes a file that is not there yet; it appears whole or not at all. */
    void write(Path file) throws ConfigProblem {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            try (OutputStream out = Files.newOutputStream(part)) {
                write(out);
            }
            try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.createLink(file, part);
            Files.delete(part);
        } catch (FileAlreadyExistsException exists) {
            throw new ConfigProblem("file " + file + " exists already; choose another name");
        } catch (IOException failure) {
            throw new ConfigProblem("backup " + file + " cannot be written (" + failure + "); choose another place");
        }
    }

    private void write(OutputStream raw) throws IOException {
        try (OutputStream zipped = new BufferedOutputStream(new GZIPOutputStream(raw, BUFFER_BYTES), BUFFER_BYTES)) {
            CheckedOutputStream checked = new CheckedOutputStream(zipped, new CRC32C());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeUTF(MAGIC);
            out.writeInt(FORM);
            out.writeUTF(schema);
            out.writeLong(revision);
            for (var entry : records.entrySet()) {
                out.writeByte(RECORD_FOLLOWS);
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.write(entry.getValue());
            }
            out.writeByte(NO_MORE);
            out.writeLong(records.size());
            out.flush();
            new DataOutputStream(zipped).writeLong(checked.getChecksum().getValue());
        }
    }

    /** Reads a file and makes sure that it is what was written, of a schema that this release can restore. */
    static BackupFile read(Path file) throws ConfigProblem {
        try (InputStream raw = Files.newInputStream(file)) {
            return read(file, raw);
        } catch (NoSuchFileException missing) {
            throw new ConfigProblem("there is no file " + file + "; give one that `muster admin backup` made");
        } catch (ZipException | EOFException | DataFormatException damaged) {
            throw new ConfigProblem("file " + file + " is no whole backup (" + damaged.getMessage()
                    + "); nothing was restored: take another one");
        } catch (IOException failure) {
            throw new ConfigProblem("backup " + file + " cannot be read (" + failure + "); check its permissions");
        }
    }

    private static BackupFile read(Path file, InputStream raw) throws IOException, DataFormatException, ConfigProblem {
        InputStream zipped = new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES);
        CheckedInputStream checked = new CheckedInputStream(zipped, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        if (!in.readUTF().equals(MAGIC)) {
            throw new DataFormatException("it is something else");
        }
        int form = in.readInt();
        String schema = in.readUTF();
        if (form != FORM || !schema.equals(StoreSchema.VERSION)) {
            throw new ConfigProblem("backup " + file + " has form " + form + " and schema "
                    + schema.replaceAll("[^!-~]", "?") + ", and this release restores form " + FORM + " and schema "
                    + StoreSchema.VERSION + "; restore it with the release that made it");
        }
        long revision = in.readLong();
        SortedMap<String, byte[]> records = readRecords(in);
        long expected = checked.getChecksum().getValue();
        if (new DataInputStream(zipped).readLong() != expected) {
            throw new DataFormatException("its checksum is wrong");
        }
        // Reading to the end makes gzip check its own sums too.
        if (zipped.read() >= 0) {
            throw new DataFormatException("something follows its end");
        }
        return new BackupFile(schema, revision, records);
    }

    private static SortedMap<String, byte[]> readRecords(DataInputStream in) throws IOException, DataFormatException {
        SortedMap<String, byte[]> records = new TreeMap<>();
        while (in.readByte() == RECORD_FOLLOWS) {
            String key = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > Transaction.MAX_BYTES || !key.startsWith(KeySpace.ROOT)) {
                throw new DataFormatException("record " + records.size() + " is damaged");
            }
            byte[] value = new byte[length];
            in.readFully(value);
            records.put(key, value);
        }
        if (in.readLong() != records.size()) {
            throw new DataFormatException("records are missing");
        }
        return records;
    }
}
