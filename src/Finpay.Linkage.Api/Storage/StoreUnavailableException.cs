namespace Finpay.Linkage.Api.Storage;

/// <summary>Nothing was committed, as far as the caller may assume: the database is gone, slow, or has too much to do.</summary>
internal sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
