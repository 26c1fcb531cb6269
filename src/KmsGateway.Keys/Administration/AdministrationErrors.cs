using System.Data.Common;
using KmsGateway.Keys.Audit;
using KmsGateway.Keys.Providers;
using KmsGateway.Keys.Stores;

namespace KmsGateway.Keys.Administration;

/// <summary>Turns what can go wrong below into what an operator is told.</summary>
internal static class AdministrationErrors
{
    /// <exception cref="KeyAdministrationException">It cannot be.</exception>
    public static async Task<T> ExplainAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is StoreImageException or AuditChainException or KeyStartException)
        {
            throw new KeyAdministrationException(exception.Message, exception);
        }
        catch (KmsException exception)
        {
            throw new KeyAdministrationException($"The KMS ({KmsException.Code(exception.Failure)}): {exception.Message}", exception)
            {
                IsOutage = KmsFailures.IsOutage(exception.Failure),
            };
        }
        catch (DbException exception)
        {
            throw new KeyAdministrationException("The key store does not answer. Ask again later.", exception) { IsOutage = true };
        }
    }
}
