namespace DocExchange.Tests.Fuzzing;

/// <summary>
/// One reader of bytes that come from outside, with everything that is done with them afterwards.
/// <paramref name="Read"/> catches exactly the exceptions that the reader documents.
/// </summary>
/// <param name="Seeds">Sound inputs; what is tried are alterations of them.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>How many inputs the gate tries; fewer where one takes long.</summary>
    public int Inputs { get; init; } = 2000;

    /// <summary>Bytes that one input may have allocated in all. Larger only where the product reads in a process whose memory is bounded.</summary>
    public long MostAllocated { get; init; } = 64L * 1024 * 1024;

    /// <summary>Seconds of the processor that one input may take. More only where the file's own maker says how much work it is.</summary>
    public double MostSeconds { get; init; } = 1;

    public override string ToString() => Name;

    /// <param name="read">May throw <typeparamref name="TDocumented"/> and nothing else.</param>
    public static FuzzTarget Of<TDocumented>(string name, Action<byte[]> read, params IReadOnlyList<byte[]> seeds)
        where TDocumented : Exception => new(name, seeds, bytes =>
        {
            try
            {
                read(bytes);
            }
            catch (TDocumented)
            {
            }
        });
}
