namespace DocExchange.Trust.Validation;

/// <summary>The baseline level that a CAdES signature has reached (ETSI EN 319 122-1 §6), by what in it holds: what does not pass raises nothing.</summary>
public enum SignatureLevel
{
    /// <summary>B-B: signed, with a reference to the signer's certificate.</summary>
    Basic,

    /// <summary>B-T: a time-stamp proves its age.</summary>
    Time,

    /// <summary>B-LT: a revocation list of the signer's issuer, or an OCSP answer about the signer, is inside as well.</summary>
    LongTerm,

    /// <summary>B-LTA: a time-stamp for the archive covers it all.</summary>
    LongTermArchive,
}

/// <summary>What a time-stamp is over.</summary>
public enum TimestampKind
{
    Content,
    Signature,
    Archive,

    /// <summary>A whole document (ISO 32000-2 §12.8.5).</summary>
    Document,
}

public static class SignatureLevelNames
{
    /// <summary><c>B-LTA</c>, as the standard writes it.</summary>
    public static string ToEtsi(this SignatureLevel level) => level switch
    {
        SignatureLevel.Basic => "B-B",
        SignatureLevel.Time => "B-T",
        SignatureLevel.LongTerm => "B-LT",
        _ => "B-LTA",
    };
}
