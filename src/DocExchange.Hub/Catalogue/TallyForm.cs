using DocExchange.Core.Supervision;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// A tally as the catalogue keeps it, a hundred bytes or so: received, in time, late, returned, then each class of time and its
/// count; all numbers with seven bits a byte, the lowest first. A ranking over ten years reads thousands of them.
/// </summary>
internal static class TallyForm
{
    public static byte[] Write(ReceptionTally tally)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        foreach (var number in new[] { tally.Received, tally.InTime, tally.Late, tally.Returned })
        {
            writer.Write7BitEncodedInt64(number);
        }

        foreach (var (kind, count) in tally.Times)
        {
            writer.Write7BitEncodedInt(kind);
            writer.Write7BitEncodedInt64(count);
        }

        return buffer.ToArray();
    }

    public static ReceptionTally Read(byte[] form)
    {
        var sum = new ReceptionSum();
        AddTo(sum, form);
        return sum.ToTally();
    }

    public static void AddTo(ReceptionSum sum, byte[] form)
    {
        using var buffer = new MemoryStream(form);
        using var reader = new BinaryReader(buffer);
        sum.Add(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        while (buffer.Position < buffer.Length)
        {
            sum.AddTime(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64());
        }
    }
}
