using System.Formats.Asn1;
using System.IO.Compression;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Signatures;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>ZIP files as other tools write them, byte by byte where the class library would not.</summary>
internal static class OfdZips
{
    public static byte[] Raw(IEnumerable<KeyValuePair<string, byte[]>> parts, Func<string, byte[]> name) =>
        RawZip.Write([.. parts.Select(part => new RawEntry(part.Key, part.Value) { NameBytes = name(part.Key), Flags = 0 })]);

    /// <summary>Written to a stream that cannot be rewound: sizes stand behind the data, in descriptors.</summary>
    public static byte[] Streamed(IEnumerable<KeyValuePair<string, byte[]>> parts)
    {
        using var output = new ForwardStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in parts)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(bytes);
            }
        }

        return output.Written;
    }

    /// <summary>Sizes and offsets in Zip64 fields (APPNOTE §4.3.14, §4.5.3), stored.</summary>
    public static byte[] Zip64(IEnumerable<KeyValuePair<string, byte[]>> parts)
    {
        using var output = new MemoryStream();
        using var zip = new BinaryWriter(output);
        using var central = new MemoryStream();
        using var directory = new BinaryWriter(central);
        var count = 0L;
        foreach (var (path, bytes) in parts)
        {
            var name = System.Text.Encoding.UTF8.GetBytes(path);
            var offset = output.Position;
            zip.Write("PK\u0003\u0004"u8);
            Common(zip, name, bytes, 20);
            zip.Write(name);
            Field(zip, bytes.Length, null);
            zip.Write(bytes);
            directory.Write("PK\u0001\u0002"u8);
            directory.Write((ushort)45);
            Common(directory, name, bytes, 28);
            directory.Write(new byte[10]);
            directory.Write(uint.MaxValue);
            directory.Write(name);
            Field(directory, bytes.Length, offset);
            count++;
        }

        End(zip, central.ToArray(), count);
        return output.ToArray();
    }

    /// <summary>A CMS whose content is a TSTInfo; nobody signed it that could be believed.</summary>
    public static byte[] Token(DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.2.3.4");
            using (writer.PushSequence())
            {
                writer.WriteOctetString(new byte[32]);
            }

            writer.WriteInteger(7);
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }

        var info = writer.Encode();
        return ForgedCms.Sequence(
            ForgedCms.Oid("1.2.840.113549.1.7.2"),
            ForgedCms.Tlv(0xA0, ForgedCms.Sequence(
                ForgedCms.Tlv(0x02, [3]),
                ForgedCms.Tlv(0x31, []),
                ForgedCms.Sequence(ForgedCms.Oid("1.2.840.113549.1.9.16.1.4"), ForgedCms.Tlv(0xA0, ForgedCms.Octets(info))),
                ForgedCms.Tlv(0x31, []))));
    }

    private static void Common(BinaryWriter zip, byte[] name, byte[] bytes, ushort extra)
    {
        zip.Write((ushort)45);
        zip.Write((ushort)0x800);
        zip.Write((ushort)0);
        zip.Write((ushort)0);
        zip.Write((ushort)0x21);
        zip.Write(DocExchange.Trust.Containers.Crc32.Of(bytes));
        zip.Write(uint.MaxValue);
        zip.Write(uint.MaxValue);
        zip.Write((ushort)name.Length);
        zip.Write(extra);
    }

    private static void Field(BinaryWriter zip, long size, long? offset)
    {
        zip.Write((ushort)1);
        zip.Write((ushort)(offset is null ? 16 : 24));
        zip.Write(size);
        zip.Write(size);
        if (offset is { } at)
        {
            zip.Write(at);
        }
    }

    private static void End(BinaryWriter zip, byte[] directory, long count)
    {
        var start = zip.BaseStream.Position;
        zip.Write(directory);
        var end = zip.BaseStream.Position;
        zip.Write("PK\u0006\u0006"u8);
        zip.Write(44L);
        zip.Write((ushort)45);
        zip.Write((ushort)45);
        zip.Write(0L);
        zip.Write(count);
        zip.Write(count);
        zip.Write((long)directory.Length);
        zip.Write(start);
        zip.Write("PK\u0006\u0007"u8);
        zip.Write(0);
        zip.Write(end);
        zip.Write(1);
        zip.Write("PK\u0005\u0006"u8);
        zip.Write(0);
        zip.Write(ushort.MaxValue);
        zip.Write(ushort.MaxValue);
        zip.Write(uint.MaxValue);
        zip.Write(uint.MaxValue);
        zip.Write((ushort)0);
    }

    private sealed class ForwardStream : Stream
    {
        private readonly MemoryStream inner = new();

        public byte[] Written => inner.ToArray();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
